package dev.berth.manager.http;

import dev.berth.manager.tenant.Role;

/** Short forms for declaring routes. */
final class Routes {
  private Routes() {}

  static Route open(String method, String template, String action, Route.OpenHandler handler) {
    return new Route(
        method, template, action, Role.READER, new Route.Open(handler), "answered by the manager");
  }

  static Route tenant(
      String method,
      String template,
      String action,
      Role role,
      String meaning,
      Route.TenantHandler handler) {
    return new Route(method, template, action, role, new Route.OnTenant(handler), meaning);
  }

  static Route container(
      String method, String operation, String action, Role role, Route.ContainerHandler handler) {
    return new Route(
        method,
        "/containers/{name}/" + operation,
        action,
        role,
        new Route.OnContainer(handler),
        "on the container's host");
  }

  static Route exec(
      String method, String operation, String action, Role role, Route.ExecHandler handler) {
    return new Route(
        method,
        "/exec/{id}/" + operation,
        action,
        role,
        new Route.OnExec(handler),
        "on the host of the exec's container");
  }

  static Route unserved(String method, String template, String action, int status, String message) {
    return new Route(
        method,
        template,
        action,
        Role.READER,
        new Route.Unserved(status, message),
        "answers " + status);
  }
}
