package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.IssuedToken;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StoreAuthenticator;
import dev.berth.manager.tenant.Token;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The calls by which tools get, look at and give back a token, in the form of OpenStack's Identity
 * API v3: a project is a tenant, its id is its name, and there is one domain.
 */
public final class KeystoneRoutes implements OpsRoutes {
  private static final String SUBJECT = "X-Subject-Token";
  private static final Map<String, String> DOMAIN = Map.of("id", "default", "name", "Default");

  /** Keystone's times have microseconds, always. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final IdentityStore identities;
  private final StoreAuthenticator authenticator;

  public KeystoneRoutes(IdentityStore identities, StoreAuthenticator authenticator) {
    this.identities = identities;
    this.authenticator = authenticator;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute("GET", "/v3", OpsRoute.OPEN, "which version this is", _ -> version()),
        new OpsRoute(
            "POST",
            "/v3/auth/tokens",
            OpsRoute.OPEN,
            "a token for a password, or for another token of the same user",
            this::login),
        new OpsRoute(
            "GET", "/v3/auth/tokens", OpsRoute.READER, "what a token stands for", this::show),
        new OpsRoute(
            "HEAD", "/v3/auth/tokens", OpsRoute.READER, "whether a token is good", this::check),
        new OpsRoute(
            "DELETE", "/v3/auth/tokens", OpsRoute.READER, "gives a token back", this::revoke),
        new OpsRoute(
            "GET",
            "/v3/auth/projects",
            OpsRoute.READER,
            "the tenants that the caller has a role in",
            call -> projects(call.known())));
  }

  private static OpsAnswer version() {
    return OpsAnswer.ok(
        Map.of(
            "version",
            Map.of(
                "id",
                "v3.14",
                "status",
                "stable",
                "updated",
                "2020-04-07T00:00:00Z",
                "links",
                List.of(Map.of("rel", "self", "href", "/v3/")),
                "media-types",
                List.of())));
  }

  private OpsAnswer login(OpsCall call) throws IOException {
    JsonNode auth = call.body().json().path("auth");
    JsonNode identity = auth.path("identity");
    return switch (identity.path("methods").toString()) {
      case "[\"password\"]" ->
          issued(password(identity.path("password").path("user"), auth), List.of("password"));
      case "[\"token\"]" ->
          issued(exchanged(identity.path("token"), auth), List.of("token", "password"));
      default ->
          throw OpsException.badRequest(
              "the body must have auth.identity.methods with either password or token");
    };
  }

  private static OpsAnswer issued(IssuedToken issued, List<String> methods) {
    return OpsAnswer.of(201, body(issued.token(), methods)).with(SUBJECT, issued.secret());
  }

  private IssuedToken password(JsonNode user, JsonNode auth) {
    return identities.login(
        idOrName(user).orElseThrow(() -> missing("auth.identity.password.user.name")),
        text(user, "password").orElseThrow(() -> missing("auth.identity.password.user.password")),
        project(auth.path("scope")));
  }

  private IssuedToken exchanged(JsonNode token, JsonNode auth) {
    return identities.exchange(
        text(token, "id").orElseThrow(() -> missing("auth.identity.token.id")),
        project(auth.path("scope")));
  }

  private static Optional<TenantId> project(JsonNode scope) {
    if (scope.isMissingNode()) {
      return Optional.empty();
    }
    String project = idOrName(scope.path("project")).orElseThrow(() -> missing("scope.project.id"));
    return Optional.of(OpsBody.parsed(project, TenantId::new));
  }

  private static Optional<String> idOrName(JsonNode node) {
    return text(node, "id").or(() -> text(node, "name"));
  }

  private static Optional<String> text(JsonNode node, String field) {
    return Optional.ofNullable(node.path(field).textValue()).filter(text -> !text.isEmpty());
  }

  private static OpsException missing(String field) {
    return OpsException.badRequest(field + " is missing");
  }

  private OpsAnswer show(OpsCall call) {
    Subject subject = subject(call);
    return OpsAnswer.ok(body(subject.token(), List.of("password"))).with(SUBJECT, subject.secret());
  }

  private OpsAnswer check(OpsCall call) {
    return OpsAnswer.nothing(200).with(SUBJECT, subject(call).secret());
  }

  private OpsAnswer revoke(OpsCall call) {
    String secret = subject(call).secret();
    identities.revoke(secret);
    authenticator.forget(secret);
    return OpsAnswer.nothing(204);
  }

  private record Subject(String secret, Token token) {}

  /** A token that the caller may look at: one of its own, or any for an operator. */
  private Subject subject(OpsCall call) {
    List<String> given = call.headers().all(SUBJECT);
    if (given.size() != 1) {
      throw OpsException.badRequest("the header %s must be given once".formatted(SUBJECT));
    }
    Caller caller = call.known();
    return identities
        .authenticate(given.getFirst().strip())
        .filter(token -> isOwn(token, caller) || caller.role() == Role.ADMIN)
        .map(token -> new Subject(given.getFirst().strip(), token))
        .orElseThrow(() -> new OpsException(404, "could not find the token of " + SUBJECT));
  }

  private static boolean isOwn(Token token, Caller caller) {
    return caller.isOfOwnStore() && token.user().equals(caller.user());
  }

  private OpsAnswer projects(Caller caller) {
    return OpsAnswer.ok(
        Map.of(
            "projects",
            Projects.of(caller, identities).stream().map(KeystoneRoutes::projectEntry).toList(),
            "links",
            Map.of("self", "/v3/auth/projects")));
  }

  private static Map<String, Object> projectEntry(TenantId tenant) {
    return Map.of(
        "id",
        tenant.value(),
        "name",
        tenant.value(),
        "domain_id",
        "default",
        "is_domain",
        false,
        "enabled",
        true);
  }

  private static Map<String, Object> body(Token token, List<String> methods) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("methods", methods);
    body.put("user", Map.of("id", token.user(), "name", token.user(), "domain", DOMAIN));
    body.put("audit_ids", List.of());
    body.put("issued_at", time(token.issued()));
    body.put("expires_at", time(token.expires()));
    body.put(
        "project",
        Map.of("id", token.tenant().value(), "name", token.tenant().value(), "domain", DOMAIN));
    body.put("is_domain", false);
    body.put("roles", List.of(Map.of("id", token.role().text(), "name", token.role().text())));
    body.put("catalog", List.of());
    return Map.of("token", body);
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
