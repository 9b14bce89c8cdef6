package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.tenant.PolicyDeniedException;
import java.io.IOException;
import java.util.List;

/** Why a container would go where it would, or nowhere. */
public final class ExplainRoutes implements OpsRoutes {
  private final DryRun dryRun;

  public ExplainRoutes(DryRun dryRun) {
    this.dryRun = dryRun;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
                "POST",
                "/berth/v1/explain",
                OpsRoute.ADMIN,
                "what would become of a create call of a tenant, host by host",
                this::explain)
            .taking(
                OpsField.required("tenant", OpsField.Type.TEXT, "whose call it would be"),
                OpsField.required("create", OpsField.Type.TREE, "the body of the create call"),
                OpsField.optional("name", OpsField.Type.TEXT, "what the container is to be called"),
                OpsField.optional(
                    "platform", OpsField.Type.TEXT, "that it is to run on, as linux/arm64"))
            .answering(
                OpsPart.always("isPlaced", OpsShape.Plain.FLAG, "whether it would be placed"),
                OpsPart.always(
                    "message",
                    OpsShape.Plain.TEXT,
                    "why not, as its user would be told; empty when it would be"),
                OpsPart.always(
                    "hosts",
                    OpsShape.listOf(
                        OpsShape.fields(
                            OpsPart.always("id", OpsShape.Plain.TEXT, "of the host"),
                            OpsPart.always("name", OpsShape.Plain.TEXT, "of the host"),
                            OpsPart.always(
                                "fate",
                                OpsShape.Plain.TEXT,
                                "chosen, possible, or the filter that removes it"),
                            OpsPart.always(
                                "reason",
                                OpsShape.Plain.TEXT,
                                "why it is removed; empty when it is not"),
                            OpsPart.always(
                                "score",
                                new OpsShape.OrNull(OpsShape.Plain.NUMBER),
                                "how the strategy values it, where it has scores"))),
                    "every host, by their ids"),
                OpsPart.sometimes(
                    "note",
                    OpsShape.Plain.TEXT,
                    "what else to know, as that an image is missing")));
  }

  private OpsAnswer explain(OpsCall call) throws IOException {
    OpsBody body = call.body();
    TenantId tenant = body.requiredTenant("tenant");
    if (!(body.object("create") instanceof ObjectNode create)) {
      throw OpsException.badRequest("\"create\" is missing: give the body of a create call");
    }
    try {
      return OpsAnswer.ok(
          dryRun.explain(
              tenant,
              new DryRun.Call(
                  create, body.text("name").orElse(""), body.text("platform").orElse(""))));
    } catch (DryRun.RefusedException e) {
      throw new OpsException(e.status(), e.getMessage());
    } catch (PolicyDeniedException e) {
      throw new OpsException(e.status(), e.getMessage());
    } catch (NoLeaderException e) {
      throw new OpsException(503, e.getMessage());
    }
  }
}
