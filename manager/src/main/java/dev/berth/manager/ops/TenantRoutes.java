package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.TenantRecord;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.tenant.Allotments;
import dev.berth.manager.tenant.Flavors;
import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StoreAuthenticator;
import dev.berth.manager.tenant.TenantPolicies;
import dev.berth.scheduler.expression.Expression;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Making, showing and removing tenants. */
public final class TenantRoutes implements OpsRoutes {
  private static final TenantId DEFAULT = new TenantId("default");

  /** In the place of an amount. */
  private static final String NO_LIMIT = "none";

  private static final OpsPart ID =
      OpsPart.always("id", OpsShape.Plain.TEXT, "what the tenant is called");

  private static final OpsPart POLICY =
      OpsPart.always("policy", OpsShape.Plain.TEXT, "the name of the policy that it is under");

  private static final OpsPart FLAVOR =
      OpsPart.always("flavor", OpsShape.Plain.TEXT, "of containers that name none");

  private static final OpsPart QUOTA =
      OpsPart.always(
          "quota",
          OpsShape.mapOf(
              OpsShape.named(
                  "Limit",
                  OpsPart.always(
                      "limit",
                      OpsShape.Plain.NUMBER,
                      "the most, in single things, bytes or billionths of a CPU"),
                  OpsPart.always(
                      "used",
                      OpsShape.Plain.NUMBER,
                      "how much of it there is now, in the same unit"),
                  OpsPart.always("text", OpsShape.Plain.TEXT, "both for people"))),
          "the limits by quantity; one without a limit is left out");

  private static final OpsPart CONSTRAINTS =
      OpsPart.always(
          "constraints",
          OpsShape.listOf(OpsShape.Plain.TEXT),
          "what each host must be that something of its may be placed on; empty for any host");

  private static final OpsPart USAGE =
      OpsPart.always(
          "usage",
          OpsShape.named(
              "TenantUsage",
              OpsPart.always("containers", OpsShape.Plain.NUMBER, "stopped ones too"),
              OpsPart.always("running", OpsShape.Plain.NUMBER, "containers that run"),
              OpsPart.always("memory", OpsShape.Plain.NUMBER, "bytes that are reserved"),
              OpsPart.always("cpus", OpsShape.Plain.AMOUNT, "cores that are reserved"),
              OpsPart.sometimes(
                  "gpus", OpsShape.Plain.NUMBER, "that containers have, stopped ones too"),
              OpsPart.sometimes(
                  "devices",
                  OpsShape.Plain.NUMBER,
                  "devices of hosts that containers are given by name, stopped ones too"),
              OpsPart.sometimes(
                  "pids",
                  OpsShape.Plain.NUMBER,
                  "processes that containers may have at most, stopped ones too"),
              OpsPart.sometimes(
                  "disk",
                  OpsShape.Plain.NUMBER,
                  "bytes that containers were given a size of, stopped ones too"),
              OpsPart.sometimes(
                  "ports",
                  OpsShape.Plain.NUMBER,
                  "published ports, those of stopped containers too"),
              OpsPart.sometimes("volumes", OpsShape.Plain.NUMBER, "how many"),
              OpsPart.sometimes("volume-bytes", OpsShape.Plain.NUMBER, "what is in its volumes"),
              OpsPart.sometimes("networks", OpsShape.Plain.NUMBER, "those that the tenant made"),
              OpsPart.sometimes(
                  "image-bytes",
                  OpsShape.Plain.NUMBER,
                  "what its own images take, each counted whole and once"),
              OpsPart.sometimes("builds", OpsShape.Plain.NUMBER, "those that run")),
          "what it has now");

  private static final OpsShape.Fields TENANT =
      OpsShape.named(
          "Tenant", ID, OpsPart.always("created", OpsShape.Plain.MOMENT, "when it was made"));

  private final IdentityStore identities;
  private final StoreAuthenticator authenticator;
  private final TenantPolicies policies;
  private final Allotments allotments;
  private final Flavors flavors;
  private final TenantUsage usage;
  private final TenantObjects objects;

  public TenantRoutes(
      IdentityStore identities,
      StoreAuthenticator authenticator,
      TenantPolicies policies,
      Allotments allotments,
      Flavors flavors,
      TenantUsage usage,
      TenantObjects objects) {
    this.identities = identities;
    this.authenticator = authenticator;
    this.policies = policies;
    this.allotments = allotments;
    this.flavors = flavors;
    this.usage = usage;
    this.objects = objects;
  }

  private record Tenant(TenantId id, Instant created) {
    static Tenant of(TenantRecord record) {
      return new Tenant(new TenantId(record.id()), Instant.ofEpochMilli(record.created()));
    }
  }

  private record Member(String name, Role role) {}

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute("POST", "/berth/v1/tenants", OpsRoute.ADMIN, "makes a tenant", this::create)
            .taking(OpsField.required("id", OpsField.Type.TEXT, "what the tenant is called"))
            .making(TENANT),
        new OpsRoute("GET", "/berth/v1/tenants", OpsRoute.ADMIN, "lists tenants", _ -> list())
            .answering(OpsPart.always("tenants", OpsShape.listOf(TENANT), "all that there are")),
        new OpsRoute(
                "GET",
                "/berth/v1/quota",
                OpsRoute.READER,
                "what the caller's tenant may have, and has",
                this::showOwn)
            .answering(
                OpsPart.always("tenant", OpsShape.Plain.TEXT, "the caller's"),
                FLAVOR,
                QUOTA,
                USAGE),
        new OpsRoute(
                "GET",
                "/berth/v1/tenants/{id}",
                OpsRoute.ADMIN,
                "a tenant with its users and what it uses",
                this::show)
            .answering(
                TENANT.and(
                    "TenantInDetail",
                    POLICY,
                    OpsPart.always(
                        "users",
                        OpsShape.listOf(
                            OpsShape.fields(
                                OpsPart.always("name", OpsShape.Plain.TEXT, "of the user"),
                                OpsPart.always(
                                    "role", OpsShape.Plain.TEXT, "reader, member or admin"))),
                        "those with a role in it"),
                    FLAVOR,
                    OpsPart.sometimes(
                        "strategy",
                        OpsShape.Plain.TEXT,
                        "spread, binpack, balanced or random, where it has its own"),
                    CONSTRAINTS,
                    QUOTA,
                    USAGE,
                    OpsPart.always(
                        "objects",
                        OpsShape.mapOf(OpsShape.Plain.NUMBER),
                        "how many containers, images, networks and volumes it has; those that it has none of are left out"))),
        new OpsRoute(
                "PUT",
                "/berth/v1/tenants/{id}",
                OpsRoute.ADMIN,
                "puts a tenant under a policy, sets its quota, flavor, strategy and hosts",
                this::update)
            .taking(
                OpsField.optional("policy", OpsField.Type.TEXT, "the name of a policy"),
                OpsField.optional(
                    "quota",
                    OpsField.Type.TREE,
                    "amounts by quantity, as texts; none takes a limit away"),
                OpsField.optional(
                    "flavor", OpsField.Type.TEXT, "the flavor of containers that name none"),
                OpsField.optional(
                    "strategy", OpsField.Type.TEXT, "spread, binpack, balanced or random"),
                OpsField.optional(
                    "constraints",
                    OpsField.Type.TREE,
                    "a list of constraints as zone!=a, in the place of those before"))
            .answering(
                ID,
                POLICY,
                QUOTA,
                FLAVOR,
                OpsPart.always(
                    "strategy", OpsShape.Plain.TEXT, "its own; empty when it has the cluster's"),
                CONSTRAINTS),
        new OpsRoute(
                "DELETE",
                "/berth/v1/tenants/{id}",
                OpsRoute.ADMIN,
                "removes a tenant that has nothing, or with force=true all that it has, too",
                this::remove)
            .asking(OpsField.optional("force", OpsField.Type.FLAG, "with all that it has"))
            .answering(
                ID,
                OpsPart.always(
                    "removed",
                    OpsShape.listOf(
                        OpsShape.fields(
                            OpsPart.always(
                                "kind", OpsShape.Plain.TEXT, "container, network, volume or image"),
                            OpsPart.always(
                                "name", OpsShape.Plain.TEXT, "what the tenant called it"),
                            OpsPart.always(
                                "host",
                                OpsShape.Plain.TEXT,
                                "where it was; empty for an image, which is everywhere"))),
                    "what it had"),
                OpsPart.always(
                    "users",
                    OpsShape.listOf(OpsShape.Plain.TEXT),
                    "those that went with it, as they had no other tenant")));
  }

  private OpsAnswer create(OpsCall call) throws IOException {
    TenantId tenant = call.body().requiredTenant("id");
    return OpsAnswer.of(201, Tenant.of(identities.createTenant(tenant)));
  }

  private OpsAnswer list() {
    return OpsAnswer.ok(Map.of("tenants", identities.tenants().stream().map(Tenant::of).toList()));
  }

  private OpsAnswer show(OpsCall call) {
    TenantId id = id(call);
    ObjectNode answer =
        (ObjectNode)
            OpsJson.tree(
                Tenant.of(
                    identities
                        .tenant(id)
                        .orElseThrow(() -> new IdentityException.NoSuchTenant(id))));
    answer.put("policy", policies.of(id).name());
    answer.set("users", OpsJson.tree(members(id)));
    TenantUsage.Usage used = usage.of(id);
    Allotment allotment = allotments.of(id);
    answer.put("flavor", allotment.flavor().orElse(flavors.usual().name()));
    allotment.strategy().ifPresent(strategy -> answer.put("strategy", strategy));
    answer.set("constraints", OpsJson.tree(texts(allotment.constraints())));
    answer.set("quota", OpsJson.tree(quota(allotment.quota(), used.used())));
    answer.set("usage", OpsJson.tree(usage(used)));
    answer.set("objects", OpsJson.tree(counts(objects.of(id))));
    return OpsAnswer.ok(answer);
  }

  private OpsAnswer showOwn(OpsCall call) {
    TenantId id = call.known().tenant();
    TenantUsage.Usage used = usage.of(id);
    Allotment allotment = allotments.of(id);
    return OpsAnswer.ok(
        Map.of(
            "tenant",
            id,
            "flavor",
            allotment.flavor().orElse(flavors.usual().name()),
            "quota",
            quota(allotment.quota(), used.used()),
            "usage",
            usage(used)));
  }

  private static List<String> texts(List<Expression> constraints) {
    return constraints.stream().map(Expression::toString).toList();
  }

  private List<Member> members(TenantId tenant) {
    return identities.users().stream()
        .filter(user -> user.roles().containsKey(tenant))
        .map(user -> new Member(user.name(), user.roles().get(tenant)))
        .toList();
  }

  /**
   * A limited quantity.
   *
   * @param text both for people
   */
  private record Limit(long limit, long used, String text) {}

  private static Map<String, Limit> quota(Quota quota, Map<Quantity, Long> used) {
    Map<String, Limit> limits = new LinkedHashMap<>();
    quota
        .limits()
        .forEach(
            (quantity, limit) -> {
              long now = used.getOrDefault(quantity, 0L);
              limits.put(
                  quantity.word(),
                  new Limit(limit, now, quantity.text(now) + " of " + quantity.text(limit)));
            });
    return limits;
  }

  private static Map<String, Object> usage(TenantUsage.Usage used) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("containers", used.containers());
    shown.put("running", used.running());
    shown.put("memory", used.memory());
    shown.put("cpus", used.cpus());
    used.used().forEach((quantity, amount) -> shown.putIfAbsent(quantity.word(), amount));
    return shown;
  }

  private OpsAnswer update(OpsCall call) throws IOException {
    TenantId id = id(call);
    OpsBody body = call.body();
    if (body.json().isEmpty()) {
      throw OpsException.badRequest(
          "nothing is to be changed: give a policy, a quota, a flavor, a strategy or constraints");
    }
    Allotment changed = changed(allotments.of(id), body);
    Optional<String> policy = body.text("policy");
    policy.ifPresent(name -> policies.assign(id, name));
    if (!changed.equals(allotments.of(id))) {
      allotments.put(id, changed);
    }
    return OpsAnswer.ok(
        Map.of(
            "id",
            id,
            "policy",
            policies.of(id).name(),
            "quota",
            quota(changed.quota(), usage.of(id).used()),
            "flavor",
            changed.flavor().orElse(flavors.usual().name()),
            "strategy",
            changed.strategy().orElse(""),
            "constraints",
            texts(changed.constraints())));
  }

  private Allotment changed(Allotment before, OpsBody body) {
    EnumMap<Quantity, Long> limits = new EnumMap<>(Quantity.class);
    limits.putAll(before.quota().limits());
    for (var field : body.object("quota").properties()) {
      Quantity quantity =
          Quantity.ofWord(field.getKey())
              .orElseThrow(() -> OpsException.badRequest(noQuota(field.getKey())));
      String text = field.getValue().asText();
      if (text.equals(NO_LIMIT)) {
        limits.remove(quantity);
      } else {
        limits.put(quantity, OpsBody.parsed(text, quantity::parse));
      }
    }
    Optional<String> flavor = body.text("flavor").or(before::flavor).filter(t -> !t.isEmpty());
    flavor.ifPresent(
        name -> {
          if (flavors.find(name).isEmpty()) {
            throw OpsException.badRequest("there is no flavor " + name);
          }
        });
    Optional<String> strategy =
        body.text("strategy").or(before::strategy).filter(t -> !t.isEmpty());
    strategy.ifPresent(
        word -> {
          try {
            PlacementHints.of(List.of("strategy:" + word));
          } catch (PlacementHints.MalformedException e) {
            throw OpsException.badRequest(e.getMessage());
          }
        });
    List<Expression> constraints =
        body.texts("constraints")
            .map(texts -> OpsBody.parsed(texts, Allotment::constraints))
            .orElse(before.constraints());
    return new Allotment(new Quota(limits), flavor, strategy, constraints);
  }

  private static String noQuota(String word) {
    try {
      return Quota.of(Map.of(word, "0")).toString();
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private static TenantId id(OpsCall call) {
    return OpsBody.parsed(call.value("id"), TenantId::new);
  }

  private static Map<String, Integer> counts(List<TenantObjects.Owned> owned) {
    Map<String, Integer> counts = new TreeMap<>();
    owned.forEach(object -> counts.merge(object.kind() + "s", 1, Integer::sum));
    return counts;
  }

  /**
   * The door is shut first, so that nothing new comes while the old goes; what cannot go now keeps
   * the tenant, and the call can be made again.
   */
  private OpsAnswer remove(OpsCall call) {
    TenantId id = id(call);
    boolean isForced = call.query().isYes("force");
    if (id.equals(DEFAULT)) {
      throw new OpsException(409, "the tenant default is the cluster's own; it stays");
    }
    List<TenantObjects.Owned> owned = objects.of(id);
    if (identities.tenant(id).isEmpty() && owned.isEmpty()) {
      throw new IdentityException.NoSuchTenant(id);
    }
    if (!owned.isEmpty() && !isForced) {
      throw new OpsException(
          409,
          "the tenant %s still has %s: remove them, or remove the tenant with force"
              .formatted(id, words(counts(owned))));
    }
    List<String> users = identities.close(id);
    authenticator.forget(id);
    TenantObjects.Removal removal = objects.removeAll(id);
    if (!removal.kept().isEmpty()) {
      TenantObjects.Kept first = removal.kept().getFirst();
      throw new OpsException(
          409,
          ("nobody can act in the tenant %s any more and %d of its objects are removed, but not"
                  + " the %s %s and %d others (%s): try again when that is mended")
              .formatted(
                  id,
                  removal.removed().size(),
                  first.object().kind(),
                  first.object().name(),
                  removal.kept().size() - 1,
                  first.reason()));
    }
    policies.unassign(id);
    allotments.remove(id);
    identities.removeTenant(id);
    authenticator.forget(id);
    return OpsAnswer.ok(Map.of("id", id, "removed", removal.removed(), "users", users));
  }

  private static String words(Map<String, Integer> counts) {
    StringBuilder words = new StringBuilder();
    counts.forEach(
        (kind, count) ->
            words
                .append(words.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(count == 1 ? kind.substring(0, kind.length() - 1) : kind));
    return words.toString();
  }
}
