package dev.berth.manager.ops;

import java.util.List;

/** What operators ask of the fleet. */
public final class ClusterRoutes implements OpsRoutes {
  private final ClusterStatus status;

  public ClusterRoutes(ClusterStatus status) {
    this.status = status;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
                "GET",
                "/berth/v1/status",
                OpsRoute.ADMIN,
                "the cluster in a line",
                _ -> OpsAnswer.ok(status.summary()))
            .answering(
                OpsPart.always("version", OpsShape.Plain.TEXT, "of this manager"),
                OpsPart.always(
                    "leader",
                    OpsShape.Plain.TEXT,
                    "the manager that places, or empty while there is none"),
                OpsPart.always(
                    "managers", OpsShape.listOf(OpsShape.Plain.TEXT), "the managers that run"),
                OpsPart.always("hosts", OpsShape.Plain.NUMBER, "how many hosts have joined"),
                OpsPart.always(
                    "hostsUp",
                    OpsShape.Plain.NUMBER,
                    "how many of them have an agent that is connected"),
                OpsPart.always("containers", OpsShape.Plain.NUMBER, "of all tenants"),
                OpsPart.always(
                    "warnings",
                    OpsShape.listOf(OpsShape.Plain.TEXT),
                    "what an operator should see to, a sentence each")));
  }
}
