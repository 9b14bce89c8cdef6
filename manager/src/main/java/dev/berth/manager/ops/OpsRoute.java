package dev.berth.manager.ops;

import dev.berth.manager.tenant.Role;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One call of the operations API.
 *
 * @param template the path, in which {@code {name}} stands for one segment
 * @param access who may call it
 * @param meaning what it does, in a phrase, for the documentation
 * @param query the parameters that it takes; one of Berth's own API is refused others
 * @param body the fields of its body; when there are any it is refused others
 * @param success what it answers when all is well
 */
record OpsRoute(
    String method,
    String template,
    Access access,
    String meaning,
    Handler handler,
    List<OpsField> query,
    List<OpsField> body,
    Success success) {

  /** One without parameters and body, whose answer is not told. */
  OpsRoute(String method, String template, Access access, String meaning, Handler handler) {
    this(
        method,
        template,
        access,
        meaning,
        handler,
        List.of(),
        List.of(),
        new Success(200, Optional.empty()));
  }

  /** The same with these parameters. */
  OpsRoute asking(OpsField... fields) {
    return new OpsRoute(method, template, access, meaning, handler, List.of(fields), body, success);
  }

  /** The same with these fields in its body. */
  OpsRoute taking(OpsField... fields) {
    return new OpsRoute(
        method, template, access, meaning, handler, query, List.of(fields), success);
  }

  /** The same, which answers that object. */
  OpsRoute answering(OpsShape.Fields fields) {
    return ending(200, Optional.of(fields));
  }

  /** The same, which answers an object with these fields. */
  OpsRoute answering(OpsPart... parts) {
    return answering(OpsShape.fields(parts));
  }

  /** The same, which makes something and answers that object. */
  OpsRoute making(OpsShape.Fields fields) {
    return ending(201, Optional.of(fields));
  }

  /** The same, whose answer has no body. */
  OpsRoute answeringNothing() {
    return ending(204, Optional.empty());
  }

  private OpsRoute ending(int status, Optional<OpsShape.Fields> fields) {
    return new OpsRoute(
        method, template, access, meaning, handler, query, body, new Success(status, fields));
  }

  /** The same call, answered by another handler. */
  OpsRoute with(Handler other) {
    return new OpsRoute(method, template, access, meaning, other, query, body, success);
  }

  /** What a call answers when all is well; without a shape it has no body, or it is not told. */
  record Success(int status, Optional<OpsShape.Fields> shape) {}

  /** Who may call. */
  sealed interface Access permits Open, Known {}

  /** Anybody: the call itself finds out who it is. */
  record Open() implements Access {}

  /** Callers with at least that role. */
  record Known(Role role) implements Access {}

  static final Access OPEN = new Open();
  static final Access READER = new Known(Role.READER);
  static final Access ADMIN = new Known(Role.ADMIN);

  /** What the audit log calls it. */
  String action() {
    return switch (method + " " + template) {
      case "POST /berth/v1/tenants" -> "TenantCreate";
      case "PUT /berth/v1/tenants/{id}" -> "TenantUpdate";
      case "DELETE /berth/v1/tenants/{id}" -> "TenantDelete";
      case "PUT /berth/v1/policies/{name}" -> "PolicyPut";
      case "DELETE /berth/v1/policies/{name}" -> "PolicyDelete";
      case "DELETE /berth/v1/users/{name}" -> "UserDelete";
      case "PUT /berth/v1/users/{name}/password" -> "PasswordSet";
      case "DELETE /berth/v1/users/{name}/roles/{tenant}" -> "RoleRevoke";
      case "DELETE /berth/v1/tokens/{id}" -> "TokenRevoke";
      case "POST /berth/v1/certificate" -> "CertificateRenew";
      case "POST /berth/v1/users" -> "UserCreate";
      case "PUT /berth/v1/users/{name}/roles/{tenant}" -> "RoleGrant";
      case "POST /berth/v1/tokens" -> "TokenIssue";
      case "POST /berth/v1/certificates" -> "CertificateIssue";
      case "POST /berth/v1/join-tokens" -> "JoinTokenIssue";
      case "DELETE /berth/v1/join-tokens/{id}" -> "JoinTokenRevoke";
      case "PUT /berth/v1/hosts/{host}" -> "HostUpdate";
      case "POST /berth/v1/hosts/{host}/revoke" -> "HostRevoke";
      case "DELETE /berth/v1/hosts/{host}" -> "HostDelete";
      case "POST /join" -> "Join";
      case "GET /berth/v1/audit" -> "AuditRead";
      case "GET /berth/v1/events" -> "HostEventsRead";
      case "POST /v3/auth/tokens", "POST /v2.0/tokens" -> "Login";
      case "POST /dashboard/session" -> "Login";
      case "DELETE /dashboard/session" -> "Logout";
      case "DELETE /v3/auth/tokens" -> "TokenRevoke";
      case String other -> other;
    };
  }

  /** Whether its answer can go on for as long as its reader likes. */
  boolean isFollowed() {
    return query.stream().anyMatch(field -> field.name().equals("follow"));
  }

  /** Whether it is of Berth's own API, and not of one that others have laid down. */
  boolean isOwn() {
    return template.startsWith("/berth/v1");
  }

  /** Whether it may change something. */
  boolean isChange() {
    return !template.equals("/berth/v1/explain") && !method.equals("GET") && !method.equals("HEAD");
  }

  @FunctionalInterface
  interface Handler {
    OpsAnswer handle(OpsCall call) throws IOException;
  }

  /** The values of the template's names in that path, or empty when it is another path. */
  Optional<Map<String, String>> match(List<String> segments) {
    String[] parts = template.substring(1).split("/");
    if (parts.length != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].startsWith("{")) {
        values.put(parts[i].substring(1, parts[i].length() - 1), segments.get(i));
      } else if (!parts[i].equals(segments.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }
}
