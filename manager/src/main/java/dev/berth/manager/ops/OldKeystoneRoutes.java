package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.IssuedToken;
import dev.berth.manager.tenant.Token;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The calls by which tools that know only OpenStack's Identity API v2.0 get a token and find the
 * tenants that it is for. A tenant's id is its name. What fails is said in Keystone's words, for
 * old tools look at them.
 */
public final class OldKeystoneRoutes implements OpsRoutes {
  private static final String UNAUTHENTICATED =
      "The request you have made requires authentication.";

  /** Times of v2.0: an issue has microseconds and an end has none. */
  private static final DateTimeFormatter ISSUED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter EXPIRES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  private final IdentityStore identities;

  public OldKeystoneRoutes(IdentityStore identities) {
    this.identities = identities;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute("GET", "/v2.0", OpsRoute.OPEN, "which version this is", _ -> version()),
        new OpsRoute(
            "POST",
            "/v2.0/tokens",
            OpsRoute.OPEN,
            "a token for a password, or for another token of the same user",
            this::login),
        new OpsRoute(
            "GET",
            "/v2.0/tenants",
            OpsRoute.READER,
            "the tenants that the caller has a role in",
            this::tenants));
  }

  private static OpsAnswer version() {
    return OpsAnswer.ok(
        Map.of(
            "version",
            Map.of(
                "id",
                "v2.0",
                "status",
                "deprecated",
                "updated",
                "2016-08-04T00:00:00Z",
                "links",
                List.of(Map.of("rel", "self", "href", "/v2.0/")),
                "media-types",
                List.of())));
  }

  private OpsAnswer login(OpsCall call) throws IOException {
    JsonNode auth = call.body().json().path("auth");
    if (!auth.isObject()) {
      throw expected("auth", "request body");
    }
    Optional<TenantId> tenant =
        text(auth, "tenantId")
            .or(() -> text(auth, "tenantName"))
            .map(name -> OpsBody.parsed(name, TenantId::new));
    try {
      return OpsAnswer.ok(access(issued(auth, tenant)));
    } catch (IdentityException.WrongPassword
        | IdentityException.WrongToken
        | IdentityException.NoRole _) {
      throw new OpsException(401, UNAUTHENTICATED);
    }
  }

  private IssuedToken issued(JsonNode auth, Optional<TenantId> tenant) {
    JsonNode token = auth.path("token");
    if (token.isObject()) {
      return identities.exchange(
          text(token, "id").orElseThrow(() -> expected("id", "token")), tenant);
    }
    JsonNode password = auth.path("passwordCredentials");
    if (!password.isObject()) {
      throw expected("passwordCredentials", "auth");
    }
    String user =
        text(password, "userId")
            .or(() -> text(password, "username"))
            .orElseThrow(() -> expected("username or userId", "passwordCredentials"));
    return identities.login(
        user,
        text(password, "password").orElseThrow(() -> expected("password", "passwordCredentials")),
        tenant.or(() -> first(user)));
  }

  /**
   * Old tools log in without a tenant first, to ask for the tenants: Keystone's users have a
   * default one for that, and here it is the first by name.
   */
  private Optional<TenantId> first(String user) {
    return identities
        .user(user)
        .flatMap(
            known -> known.roles().keySet().stream().min(Comparator.comparing(TenantId::value)));
  }

  private static Optional<String> text(JsonNode node, String field) {
    return Optional.ofNullable(node.path(field).textValue()).filter(text -> !text.isEmpty());
  }

  private static OpsException expected(String field, String where) {
    return OpsException.badRequest(
        ("Expecting to find %s in %s. The server could not comply with the request since it is"
                + " either malformed or otherwise incorrect. The client is assumed to be in error.")
            .formatted(field, where));
  }

  private static Map<String, Object> access(IssuedToken issued) {
    Token token = issued.token();
    String role = token.role().text();
    return Map.of(
        "access",
        Map.of(
            "token",
            Map.of(
                "id",
                issued.secret(),
                "issued_at",
                ISSUED.format(token.issued()),
                "expires",
                EXPIRES.format(token.expires()),
                "audit_ids",
                List.of(),
                "tenant",
                entry(token.tenant())),
            "user",
            Map.of(
                "id",
                token.user(),
                "name",
                token.user(),
                "username",
                token.user(),
                "roles",
                List.of(Map.of("name", role)),
                "roles_links",
                List.of()),
            "metadata",
            Map.of("is_admin", 0, "roles", List.of(role)),
            "serviceCatalog",
            List.of()));
  }

  private OpsAnswer tenants(OpsCall call) {
    return OpsAnswer.ok(
        Map.of(
            "tenants",
            Projects.of(call.known(), identities).stream().map(OldKeystoneRoutes::entry).toList(),
            "tenants_links",
            List.of()));
  }

  private static Map<String, Object> entry(TenantId tenant) {
    return Map.of("id", tenant.value(), "name", tenant.value(), "description", "", "enabled", true);
  }
}
