package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.MalformedBodyException;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.StrictJson;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests whose path begins with {@code /berth/v1}, {@code /v3} or is {@code /join}.
 * Safe for any thread.
 */
public final class OpsApi {
  private static final Logger LOG = LoggerFactory.getLogger(OpsApi.class);

  private final List<OpsRoute> routes;
  private final Authenticator authenticator;
  private final StrictJson json = new StrictJson();

  private OpsApi(List<OpsRoute> routes, Authenticator authenticator) {
    this.routes = List.copyOf(routes);
    this.authenticator = authenticator;
  }

  /** The API made of these parts. */
  public static OpsApi of(Authenticator authenticator, OpsRoutes... parts) {
    List<OpsRoute> routes = new ArrayList<>();
    for (OpsRoutes part : parts) {
      routes.addAll(part.routes());
    }
    return new OpsApi(routes, authenticator);
  }

  /**
   * Answers, when the request is one of this API.
   *
   * @return whether it was; if not, nothing has been done
   */
  public boolean handle(Exchange exchange) throws IOException {
    Optional<List<String>> path = segments(exchange.request().target());
    if (path.filter(OpsApi::isOurs).isEmpty()) {
      return false;
    }
    boolean keystone = path.get().getFirst().equals("v3");
    OpsAnswer answer;
    try {
      answer = answer(exchange, path.get());
    } catch (OpsException e) {
      answer = error(keystone, e.status(), e.getMessage());
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

  private OpsAnswer answer(Exchange exchange, List<String> path) throws IOException {
    String method = exchange.request().method();
    boolean known = false;
    for (OpsRoute route : routes) {
      Optional<Map<String, String>> values = route.match(path);
      if (values.isPresent()) {
        if (route.method().equals(method)) {
          Optional<Caller> caller =
              switch (route.access()) {
                case OpsRoute.Open _ -> Optional.empty();
                case OpsRoute.Known(var role) -> Optional.of(admit(exchange, route, role));
              };
          return route.handler().handle(new OpsCall(exchange, values.get(), caller, json));
        }
        known = true;
      }
    }
    throw known
        ? new OpsException(405, "%s is not a method of this path".formatted(method))
        : new OpsException(404, "page not found");
  }

  private Caller admit(Exchange exchange, OpsRoute route, dev.berth.manager.tenant.Role role) {
    Caller caller =
        authenticator.authenticate(exchange.request().headers(), exchange.certificate());
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
      case 1 -> path.getFirst().equals("v3") || path.getFirst().equals("join");
      default ->
          path.getFirst().equals("v3")
              || (path.getFirst().equals("berth") && path.get(1).equals("v1"));
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
