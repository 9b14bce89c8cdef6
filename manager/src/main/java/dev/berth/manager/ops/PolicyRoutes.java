package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.record.PolicyRecord;
import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.TenantPolicies;
import dev.berth.manager.tenant.TenantPolicy;
import dev.berth.manager.tenant.Widening;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The policies that tenants are under. */
public final class PolicyRoutes implements OpsRoutes {
  private static final OpsShape.Fields POLICY =
      OpsShape.named(
          "Policy",
          OpsPart.always(
              "name", OpsShape.Plain.TEXT, "default is that of tenants that have no other"),
          OpsPart.always(
              "allow",
              OpsShape.mapOf(OpsShape.listOf(OpsShape.Plain.TEXT)),
              "values by the fields that are opened; none for all"),
          OpsPart.always(
              "denyActions",
              OpsShape.listOf(OpsShape.Plain.TEXT),
              "calls of the Docker API that are switched off"),
          OpsPart.always(
              "limits",
              OpsShape.mapOf(OpsShape.Plain.NUMBER),
              "the bounds that are others than the usual ones, by name"),
          OpsPart.always(
              "tenants", OpsShape.listOf(OpsShape.Plain.TEXT), "those that are under it"));

  private final TenantPolicies policies;
  private final Supplier<Set<String>> actions;

  /**
   * The routes.
   *
   * @param actions those of the Docker API, which can be switched off
   */
  public PolicyRoutes(TenantPolicies policies, Supplier<Set<String>> actions) {
    this.policies = policies;
    this.actions = actions;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
                "GET",
                "/berth/v1/policies",
                OpsRoute.ADMIN,
                "lists policies, and the fields that one can open",
                _ -> list())
            .answering(
                OpsPart.always("policies", OpsShape.listOf(POLICY), "all that there are"),
                OpsPart.always(
                    "fields",
                    OpsShape.listOf(OpsShape.Plain.TEXT),
                    "the fields that can be opened, by name")),
        new OpsRoute("GET", "/berth/v1/policies/{name}", OpsRoute.ADMIN, "one policy", this::show)
            .answering(POLICY),
        new OpsRoute(
                "PUT",
                "/berth/v1/policies/{name}",
                OpsRoute.ADMIN,
                "makes a policy, or makes it anew",
                this::put)
            .taking(
                OpsField.optional(
                    "allow", OpsField.Type.TREE, "values by the fields that are opened"),
                OpsField.optional(
                    "denyActions",
                    OpsField.Type.TREE,
                    "calls of the Docker API that are switched off"),
                OpsField.optional("limits", OpsField.Type.TREE, "numbers by the names of limits"))
            .answering(POLICY),
        new OpsRoute(
                "DELETE",
                "/berth/v1/policies/{name}",
                OpsRoute.ADMIN,
                "removes a policy that no tenant is under",
                this::remove)
            .answeringNothing());
  }

  private OpsAnswer list() {
    return OpsAnswer.ok(
        Map.of(
            "policies",
            policies.all().stream().map(this::told).toList(),
            "fields",
            Widening.known()));
  }

  private ObjectNode told(TenantPolicy policy) {
    ObjectNode json = (ObjectNode) OpsJson.tree(policy.record());
    json.set("tenants", OpsJson.tree(policies.tenants(policy.name())));
    return json;
  }

  private OpsAnswer show(OpsCall call) {
    String name = call.value("name");
    return OpsAnswer.ok(
        told(policies.find(name).orElseThrow(() -> new IdentityException.NoSuchPolicy(name))));
  }

  private OpsAnswer put(OpsCall call) throws IOException {
    OpsBody body = call.body();
    List<String> denied = texts(body.json().path("denyActions"), "denyActions");
    for (String action : denied) {
      if (!actions.get().contains(action)) {
        throw OpsException.badRequest(
            "there is no call %s; their names are in docs/api.md, as ContainerExec"
                .formatted(action));
      }
    }
    return OpsAnswer.ok(
        told(
            policies.put(
                new PolicyRecord(
                    call.value("name"),
                    allow(body.object("allow")),
                    denied,
                    limits(body.object("limits"))))));
  }

  private static Map<String, List<String>> allow(JsonNode json) {
    Map<String, List<String>> allow = new TreeMap<>();
    json.properties().forEach(e -> allow.put(e.getKey(), texts(e.getValue(), e.getKey())));
    return allow;
  }

  private static Map<String, Long> limits(JsonNode json) {
    Map<String, Long> limits = new TreeMap<>();
    json.properties()
        .forEach(
            e -> {
              if (!e.getValue().isIntegralNumber() || e.getValue().longValue() < 0) {
                throw OpsException.badRequest(
                    "the limit %s must be a number".formatted(e.getKey()));
              }
              limits.put(e.getKey(), e.getValue().longValue());
            });
    return limits;
  }

  /**
   * Nothing but a list is read as one: anything else would have no items, and a field that is
   * opened for no value in particular is opened for all.
   */
  private static List<String> texts(JsonNode json, String name) {
    List<String> texts = new ArrayList<>();
    boolean isList = json.isArray() || json.isMissingNode();
    for (JsonNode item : json) {
      isList &= item.isTextual();
      texts.add(item.asText());
    }
    if (!isList) {
      throw OpsException.badRequest("\"%s\" must be a list of strings".formatted(name));
    }
    return texts;
  }

  private OpsAnswer remove(OpsCall call) {
    policies.remove(call.value("name"));
    return OpsAnswer.nothing(204);
  }
}
