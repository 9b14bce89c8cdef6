package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.TenantRecord;
import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StoreAuthenticator;
import dev.berth.manager.tenant.TenantPolicies;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Making, showing and removing tenants. */
public final class TenantRoutes implements OpsRoutes {
  private static final TenantId DEFAULT = new TenantId("default");

  private final IdentityStore identities;
  private final StoreAuthenticator authenticator;
  private final TenantPolicies policies;
  private final TenantUsage usage;
  private final TenantObjects objects;

  public TenantRoutes(
      IdentityStore identities,
      StoreAuthenticator authenticator,
      TenantPolicies policies,
      TenantUsage usage,
      TenantObjects objects) {
    this.identities = identities;
    this.authenticator = authenticator;
    this.policies = policies;
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
        new OpsRoute("POST", "/berth/v1/tenants", OpsRoute.ADMIN, "makes a tenant", this::create),
        new OpsRoute("GET", "/berth/v1/tenants", OpsRoute.ADMIN, "lists tenants", _ -> list()),
        new OpsRoute(
            "GET",
            "/berth/v1/tenants/{id}",
            OpsRoute.ADMIN,
            "a tenant with its users and what it uses",
            this::show),
        new OpsRoute(
            "PUT",
            "/berth/v1/tenants/{id}",
            OpsRoute.ADMIN,
            "puts a tenant under a policy",
            this::update),
        new OpsRoute(
            "DELETE",
            "/berth/v1/tenants/{id}",
            OpsRoute.ADMIN,
            "removes a tenant that has nothing, or with force=true all that it has, too",
            this::remove));
  }

  private OpsAnswer create(OpsCall call) throws IOException {
    TenantId tenant = call.body().only("id").requiredTenant("id");
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
    answer.set("usage", OpsJson.tree(usage.of(id)));
    answer.set("objects", OpsJson.tree(counts(objects.of(id))));
    return OpsAnswer.ok(answer);
  }

  private List<Member> members(TenantId tenant) {
    return identities.users().stream()
        .filter(user -> user.roles().containsKey(tenant))
        .map(user -> new Member(user.name(), user.roles().get(tenant)))
        .toList();
  }

  private OpsAnswer update(OpsCall call) throws IOException {
    TenantId id = id(call);
    String policy = call.body().only("policy").requiredText("policy");
    policies.assign(id, policy);
    return OpsAnswer.ok(Map.of("id", id, "policy", policy));
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
    boolean isForced = call.flag("force");
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
