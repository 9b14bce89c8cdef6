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
            _ -> OpsAnswer.ok(status.summary())));
  }
}
