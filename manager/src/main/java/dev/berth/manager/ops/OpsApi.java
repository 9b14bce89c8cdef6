package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.manager.audit.AuditStoppedException;
import dev.berth.manager.audit.AuditTrail;
import dev.berth.manager.audit.Trace;
import dev.berth.manager.limit.Gatekeeper;
import dev.berth.manager.limit.LimitConfig;
import dev.berth.manager.limit.LimitedException;
import dev.berth.manager.limit.Turn;
import dev.berth.manager.limit.Work;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.MalformedBodyException;
import dev.berth.manager.tenant.OpenStreams;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.StrictJson;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests whose path begins with {@code /berth/v1}, {@code /v3} or {@code /v2.0}, or
 * is {@code /join} or {@code /dashboard/session}. Safe for any thread.
 */
public final class OpsApi {
  private static final Logger LOG = LoggerFactory.getLogger(OpsApi.class);

  private static final int UNAUTHORIZED = 401;

  /** Where the paths of Keystone's API begin, by its versions. */
  private static final Set<String> KEYSTONE = Set.of("v3", "v2.0");

  private static final Set<String> OLD_KEYSTONE = Set.of("tokens", "tenants");

  private final List<OpsRoute> routes;
  private final Gatekeeper gate;
  private final StrictJson json = new StrictJson();

  private OpsApi(List<OpsRoute> routes, Gatekeeper gate) {
    this.routes = List.copyOf(routes);
    this.gate = gate;
  }

  /** The API made of these parts. */
  public static OpsApi of(Gatekeeper gate, OpsRoutes... parts) {
    List<OpsRoute> routes = new ArrayList<>();
    for (OpsRoutes part : parts) {
      routes.addAll(part.routes());
    }
    routes.addAll(new OpenApi(routes).routes());
    return new OpsApi(routes, gate);
  }

  /** The same without limits. */
  static OpsApi of(Authenticator authenticator, OpsRoutes... parts) {
    return of(
        new Gatekeeper(
            authenticator,
            new OpenStreams(authenticator),
            LimitConfig.NONE,
            InstantSource.system()),
        parts);
  }

  /** The same without an audit log. */
  boolean handle(Exchange exchange) throws IOException {
    return handle(exchange, AuditTrail.none().begin(exchange, ""));
  }

  /**
   * Answers, when the request is one of this API.
   *
   * @param trace told what is known of it
   * @return whether it was; if not, nothing has been done
   */
  public boolean handle(Exchange exchange, Trace trace) throws IOException {
    Optional<List<String>> path = segments(exchange.request().target());
    if (path.filter(OpsApi::isOurs).isEmpty()) {
      return false;
    }
    boolean keystone = KEYSTONE.contains(path.get().getFirst());
    OpsAnswer answer;
    try {
      answer = answer(exchange, path.get(), trace);
    } catch (OpsException e) {
      answer = error(keystone, e.status(), e.getMessage());
    } catch (LimitedException e) {
      answer =
          error(keystone, e.status(), e.getMessage()).with("Retry-After", e.retryAfterSeconds());
    } catch (AuditStoppedException e) {
      answer = error(keystone, 503, e.getMessage());
    } catch (RefusedCallerException e) {
      answer = error(keystone, e.status(), e.getMessage());
    } catch (IdentityException e) {
      if (e.status() >= 500) {
        LOG.atWarn().setCause(e).log("the identity store did not answer");
      }
      answer = error(keystone, e.status(), e.getMessage());
    } catch (MalformedBodyException e) {
      answer = error(keystone, e.status(), e.getMessage());
    }
    send(exchange, answer);
    return true;
  }

  private OpsAnswer answer(Exchange exchange, List<String> path, Trace trace) throws IOException {
    String method = exchange.request().method();
    boolean known = false;
    for (OpsRoute route : routes) {
      Optional<Map<String, String>> values = route.match(path);
      if (values.isPresent()) {
        if (route.method().equals(method)) {
          Subject.of(values.get()).ifPresent(trace::object);
          trace.action(route.action(), route.isChange());
          return switch (route.access()) {
            case OpsRoute.Open _ ->
                open(
                    route,
                    new OpsCall(
                        route,
                        exchange,
                        values.get(),
                        query(exchange, route),
                        Optional.empty(),
                        json,
                        trace));
            case OpsRoute.Known(var role) -> {
              Caller caller = admit(exchange, route, role, trace);
              OpsQuery query = query(exchange, route);
              try (Turn _ = gate.admit(caller, Work.CALL);
                  OpenStreams.Open _ = watch(exchange, caller, route, role)) {
                yield route
                    .handler()
                    .handle(
                        new OpsCall(
                            route,
                            exchange,
                            values.get(),
                            query,
                            Optional.of(caller),
                            json,
                            trace));
              }
            }
          };
        }
        known = true;
      }
    }
    throw known
        ? new OpsException(405, "%s is not a method of this path".formatted(method))
        : new OpsException(404, "page not found");
  }

  private static OpsQuery query(Exchange exchange, OpsRoute route) {
    return route.isOwn() ? OpsQuery.of(route, exchange.request().target()) : OpsQuery.NONE;
  }

  /** What is followed goes on for no longer than its reader is let in. */
  private OpenStreams.Open watch(
      Exchange exchange, Caller caller, OpsRoute route, dev.berth.manager.tenant.Role role) {
    return route.isFollowed() ? gate.watch(exchange, caller, role) : OpenStreams.Open.UNWATCHED;
  }

  private OpsAnswer open(OpsRoute route, OpsCall call) throws IOException {
    gate.knock(call.exchange());
    try {
      return route.handler().handle(call);
    } catch (IdentityException e) {
      if (e.status() == UNAUTHORIZED) {
        gate.failed(call.exchange());
      }
      throw e;
    } catch (OpsException e) {
      if (e.status() == UNAUTHORIZED) {
        gate.failed(call.exchange());
      }
      throw e;
    }
  }

  private Caller admit(
      Exchange exchange, OpsRoute route, dev.berth.manager.tenant.Role role, Trace trace) {
    Caller caller = gate.identify(exchange);
    trace.caller(caller);
    if (!caller.role().includes(role)) {
      throw new OpsException(
          403,
          "%s %s needs the role %s, and %s has the role %s"
              .formatted(
                  route.method(),
                  route.template(),
                  role.text(),
                  caller.user(),
                  caller.role().text()));
    }
    return caller;
  }

  private static boolean isOurs(List<String> path) {
    return switch (path.size()) {
      case 0 -> false;
      case 1 ->
          KEYSTONE.contains(path.getFirst())
              || path.getFirst().equals("join")
              || path.getFirst().equals("metrics");
      default ->
          switch (path.getFirst()) {
            case "berth" -> path.get(1).equals("v1");
            case "dashboard" -> path.get(1).equals("session");
            // To a Docker client it is a version of the Engine API, which is told so.
            case "v2.0" -> OLD_KEYSTONE.contains(path.get(1));
            case String other -> KEYSTONE.contains(other);
          };
    };
  }

  /** The path's segments; empty for a target that is not a plain path. */
  private static Optional<List<String>> segments(String target) {
    String path;
    try {
      path = new URI(target).normalize().getPath();
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
    if (path == null || !path.startsWith("/")) {
      return Optional.empty();
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/")) {
      if (!segment.isEmpty()) {
        segments.add(segment);
      }
    }
    return Optional.of(List.copyOf(segments));
  }

  private static OpsAnswer error(boolean keystone, int status, String message) {
    if (!keystone) {
      return OpsAnswer.of(status, Map.of("message", message));
    }
    return OpsAnswer.of(
        status,
        Map.of("error", Map.of("code", status, "title", OpsReason.of(status), "message", message)));
  }

  private static void send(Exchange exchange, OpsAnswer answer) throws IOException {
    if (exchange.isAnswered()) {
      return;
    }
    Headers headers = answer.headers().with("Cache-Control", "no-store");
    byte[] body = new byte[0];
    if (answer.body().isPresent()) {
      JsonNode json = answer.body().get();
      headers = headers.with("Content-Type", "application/json");
      body = OpsJson.bytes(json);
    }
    exchange.respond(
        new ResponseHead(answer.status(), OpsReason.of(answer.status()), headers), body);
  }
}
