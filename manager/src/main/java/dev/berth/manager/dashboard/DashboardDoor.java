package dev.berth.manager.dashboard;

import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Gives out the page, and lets its calls through to the other interfaces as calls with the
 * session's token: there they are checked, limited and logged like any other. All other requests go
 * by as they are. Safe for any thread.
 */
public final class DashboardDoor implements HttpServer.Handler {
  private static final String ROOT = "/dashboard";
  private static final String SESSION = ROOT + "/session";
  private static final String API = ROOT + "/api";

  private final HttpServer.Handler others;
  private final Sessions sessions;
  private final Page page = new Page();

  /** Before the handler of everything else. */
  public DashboardDoor(HttpServer.Handler others, Sessions sessions) {
    this.others = others;
    this.sessions = sessions;
  }

  @Override
  public void handle(Exchange exchange) throws Exception {
    String target = exchange.request().target();
    if (target.startsWith(API + "/")) {
      pass(exchange, target.substring(API.length()));
    } else if (target.equals(ROOT)) {
      exchange.respond(
          new ResponseHead(308, "Permanent Redirect", Page.safe("Location", ROOT + "/")),
          new byte[0]);
    } else if (target.startsWith(ROOT + "/") && !target.equals(SESSION)) {
      show(exchange, target.substring(ROOT.length() + 1).replaceFirst("[?].*", ""));
    } else {
      others.handle(exchange);
    }
  }

  private void show(Exchange exchange, String name) throws IOException {
    String method = exchange.request().method();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      refuse(exchange, 405, "%s is not a method of this path".formatted(method));
      return;
    }
    Optional<Page.File> file = page.find(name);
    if (file.isEmpty()) {
      refuse(exchange, 404, "page not found");
      return;
    }
    file.get().answer(exchange);
  }

  private void pass(Exchange exchange, String target) throws Exception {
    RequestHead request = exchange.request();
    Optional<String> call = DashboardCall.target(request.method(), target);
    if (call.isEmpty()) {
      refuse(exchange, 404, "the dashboard makes no such call");
      return;
    }
    // INVARIANT: the cookie alone opens nothing, not even to read. Browsers give it to every port
    // of
    // this address, and containers of tenants may serve pages on some of them.
    Optional<Session> session =
        sessions.of(request.headers()).filter(known -> Origins.isOwn(request.headers(), known));
    if (session.isEmpty()) {
      refuse(exchange, 401, "log in first: the session is over, or was never begun");
      return;
    }
    Headers headers = Headers.of("Host", request.headers().first("Host").orElse("berth"));
    for (String kept : new String[] {"Content-Length", "Transfer-Encoding", "Content-Type"}) {
      Optional<String> value = request.headers().first(kept);
      headers = value.isPresent() ? headers.with(kept, value.get()) : headers;
    }
    exchange.takeFor(
        new RequestHead(
            request.method(),
            call.get(),
            headers
                .with("X-Auth-Token", session.get().token())
                .with("X-Auth-TenantId", session.get().tenant().value())));
    others.handle(exchange);
  }

  private static void refuse(Exchange exchange, int status, String message) throws IOException {
    exchange.closeAfterwards();
    exchange.respond(
        new ResponseHead(status, "Refused", Page.safe("Content-Type", "application/json")),
        "{\"message\":\"%s\"}\n".formatted(message).getBytes(StandardCharsets.UTF_8));
  }
}
