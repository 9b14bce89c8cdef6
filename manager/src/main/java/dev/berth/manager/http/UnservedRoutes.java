package dev.berth.manager.http;

import dev.berth.manager.tenant.Role;
import java.util.ArrayList;
import java.util.List;

/** Calls of the Engine API that Berth knows and does not serve, with what it says to each. */
final class UnservedRoutes {
  private static final String NOT_A_SWARM =
      "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
          + " connect this node to swarm and try again.";
  private static final String OPERATOR =
      "plugins belong to the hosts, and only an operator changes a host";
  static final String BUILDKIT =
      "BuildKit is not served, because its cache and entitlements would be shared between tenants;"
          + " set DOCKER_BUILDKIT=0 to build with the classic builder";

  private UnservedRoutes() {}

  static List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (String call :
        List.of(
            "GET /swarm SwarmInspect",
            "POST /swarm/update SwarmUpdate",
            "GET /swarm/unlockkey SwarmUnlockkey",
            "POST /swarm/unlock SwarmUnlock",
            "POST /swarm/init SwarmInit",
            "POST /swarm/join SwarmJoin",
            "GET /nodes NodeList",
            "GET /nodes/{id} NodeInspect",
            "DELETE /nodes/{id} NodeDelete",
            "POST /nodes/{id}/update NodeUpdate",
            "GET /services ServiceList",
            "POST /services/create ServiceCreate",
            "GET /services/{id} ServiceInspect",
            "DELETE /services/{id} ServiceDelete",
            "POST /services/{id}/update ServiceUpdate",
            "GET /services/{id}/logs ServiceLogs",
            "GET /tasks TaskList",
            "GET /tasks/{id} TaskInspect",
            "GET /tasks/{id}/logs TaskLogs",
            "GET /secrets SecretList",
            "POST /secrets/create SecretCreate",
            "GET /secrets/{id} SecretInspect",
            "DELETE /secrets/{id} SecretDelete",
            "POST /secrets/{id}/update SecretUpdate",
            "GET /configs ConfigList",
            "POST /configs/create ConfigCreate",
            "GET /configs/{id} ConfigInspect",
            "DELETE /configs/{id} ConfigDelete",
            "POST /configs/{id}/update ConfigUpdate")) {
      routes.add(unserved(call, 503, NOT_A_SWARM));
    }
    routes.add(unserved("POST /swarm/leave SwarmLeave", 503, "This node is not part of a swarm"));
    for (String call :
        List.of(
            "GET /plugins/privileges GetPluginPrivileges",
            "POST /plugins/pull PluginPull",
            "POST /plugins/create PluginCreate",
            "DELETE /plugins/{name} PluginDelete",
            "POST /plugins/{name}/enable PluginEnable",
            "POST /plugins/{name}/disable PluginDisable",
            "POST /plugins/{name}/upgrade PluginUpgrade",
            "POST /plugins/{name}/push PluginPush",
            "POST /plugins/{name}/set PluginSet")) {
      routes.add(unserved(call, 403, OPERATOR));
    }
    routes.add(
        Routes.tenant(
            "GET",
            "/plugins",
            "PluginList",
            Role.READER,
            "always empty: plugins are the operator's",
            call -> call.json(200, OpenCall.JSON.createArrayNode())));
    routes.add(
        Routes.tenant(
            "GET",
            "/plugins/{name}/json",
            "PluginInspect",
            Role.READER,
            "always not found: plugins are the operator's",
            call -> call.error(404, "plugin \"%s\" not found".formatted(call.value("name")))));
    routes.add(unserved("POST /session Session", 501, BUILDKIT));
    routes.add(unserved("POST /grpc Grpc", 501, BUILDKIT));
    return routes;
  }

  private static Route unserved(String call, int status, String message) {
    String[] parts = call.split(" ");
    return Routes.unserved(parts[0], parts[1], parts[2], status, message);
  }
}
