package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Headers;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.id.TenantId;
import dev.berth.manager.dashboard.Origins;
import dev.berth.manager.dashboard.Session;
import dev.berth.manager.dashboard.Sessions;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.IssuedToken;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.StoreAuthenticator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** How people log in at the dashboard, with a password of Berth's own store or with any token. */
public final class SessionRoutes implements OpsRoutes {
  private static final String PATH = "/dashboard/session";

  private final Sessions sessions;
  private final IdentityStore identities;
  private final StoreAuthenticator own;
  private final Authenticator sources;
  private final boolean takesPasswords;

  /**
   * The routes.
   *
   * @param own forgets tokens that are given back
   * @param sources says whose a token is
   * @param takesPasswords whether the own store is in use
   */
  public SessionRoutes(
      Sessions sessions,
      IdentityStore identities,
      StoreAuthenticator own,
      Authenticator sources,
      boolean takesPasswords) {
    this.sessions = sessions;
    this.identities = identities;
    this.own = own;
    this.sources = sources;
    this.takesPasswords = takesPasswords;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute("POST", PATH, OpsRoute.OPEN, "logs in at the dashboard", this::begin)
            .taking(
                OpsField.optional("user", OpsField.Type.TEXT, "who logs in"),
                OpsField.optional("password", OpsField.Type.TEXT, "of that user"),
                OpsField.optional("token", OpsField.Type.TEXT, "instead of both"),
                OpsField.optional("tenant", OpsField.Type.TEXT, "needed with a token")),
        new OpsRoute("GET", PATH, OpsRoute.OPEN, "who is logged in at the dashboard", this::show),
        new OpsRoute("DELETE", PATH, OpsRoute.OPEN, "logs out at the dashboard", this::end));
  }

  private OpsAnswer begin(OpsCall call) throws IOException {
    boolean isJson =
        call.headers()
            .first("Content-Type")
            .filter(type -> type.startsWith("application/json"))
            .isPresent();
    // A form of another site could send any other type without asking.
    if (!isJson || !Origins.isSame(call.headers())) {
      throw new OpsException(403, "this login does not come from the dashboard's own page");
    }
    OpsBody body = call.body();
    boolean isToken = body.text("token").isPresent();
    Proof proof =
        isToken
            ? new Proof(body.requiredText("token"), body.requiredTenant("tenant"))
            : password(body);
    Caller caller = known(proof);
    call.trace().caller(caller);
    Session session = sessions.begin(caller, proof.token(), !isToken);
    boolean isTls =
        call.exchange().connection() instanceof TcpConnection tcp && tcp.tls().isPresent();
    return OpsAnswer.of(201, shown(session).put("secret", session.secret()))
        .with("Set-Cookie", cookie(session.id(), isTls ? "; Secure" : ""));
  }

  private record Proof(String token, TenantId tenant) {}

  private Proof password(OpsBody body) {
    if (!takesPasswords) {
      throw OpsException.badRequest(
          "Berth's own identity store is switched off on this cluster: log in with a token");
    }
    IssuedToken issued =
        identities.login(
            body.requiredText("user"),
            body.requiredText("password"),
            body.text("tenant")
                .filter(text -> !text.isEmpty())
                .map(text -> OpsBody.parsed(text, TenantId::new)));
    return new Proof(issued.secret(), issued.token().tenant());
  }

  private Caller known(Proof proof) {
    try {
      return sources.authenticate(
          Headers.of("X-Auth-Token", proof.token(), "X-Auth-TenantId", proof.tenant().value()),
          Optional.empty());
    } catch (RefusedCallerException e) {
      throw new OpsException(e.status(), e.getMessage());
    }
  }

  /** Nobody is told as nobody, and not as an error: an open page asks this first. */
  private OpsAnswer show(OpsCall call) {
    return OpsAnswer.ok(
        sessions
            .of(call.headers())
            .filter(session -> Origins.isOwn(call.headers(), session))
            .map(SessionRoutes::shown)
            .orElseGet(() -> OpsJson.object().put("passwords", takesPasswords)));
  }

  private OpsAnswer end(OpsCall call) {
    Optional<Session> session = sessions.of(call.headers());
    if (session.isPresent()) {
      if (!Origins.isOwn(call.headers(), session.get())) {
        throw new OpsException(403, "this change does not come from the dashboard's own page");
      }
      sessions.end(session.get());
      if (session.get().isOwnToken()) {
        identities.revoke(session.get().token());
        own.forget(session.get().token());
      }
    }
    return OpsAnswer.nothing(204).with("Set-Cookie", cookie("", "; Max-Age=0"));
  }

  private static String cookie(String value, String more) {
    return "%s=%s; Path=/dashboard/; HttpOnly; SameSite=Strict%s"
        .formatted(Sessions.COOKIE, value, more);
  }

  private static ObjectNode shown(Session session) {
    return OpsJson.object()
        .put("user", session.user())
        .put("tenant", session.tenant().value())
        .put("role", session.role().text());
  }
}
