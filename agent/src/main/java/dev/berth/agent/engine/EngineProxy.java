package dev.berth.agent.engine;

import dev.berth.agent.engine.EngineCall.Course;
import dev.berth.common.http.Connection;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.Pump;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.UnixConnection;
import dev.berth.common.id.Epoch;
import dev.berth.common.wire.AgentApi;
import dev.berth.common.wire.TenantGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes managers' calls to the engine, each on a unix connection of its own, and the answers back
 * as they come. A manager that goes away ends its call as a client of the engine would: lasting
 * calls at once, others when their answer finds nobody. Safe for any thread.
 */
public final class EngineProxy {
  private static final Logger LOG = LoggerFactory.getLogger(EngineProxy.class);
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path socket;
  private final EpochGate gate;
  private final Consumer<TenantGroup> groups;

  /**
   * For the engine behind a socket.
   *
   * @param groups makes a control group ready
   */
  public EngineProxy(Path socket, EpochGate gate, Consumer<TenantGroup> groups) {
    this.socket = socket;
    this.gate = gate;
    this.groups = groups;
  }

  /** Answers a request whose target begins with {@link AgentApi#ENGINE}. */
  public void handle(Exchange exchange) throws IOException {
    RequestHead request = exchange.request();
    String target = request.target().substring(AgentApi.ENGINE.length());
    if (!target.startsWith("/")) {
      Refusal.BAD_REQUEST.answer(exchange, "no engine path in " + request.target());
      return;
    }
    EngineCall call = EngineCall.of(request.method(), target);
    if (!call.mutating()) {
      forward(exchange, call, target);
      return;
    }
    Optional<Epoch> epoch = epochOf(request.headers());
    if (epoch.isEmpty()) {
      Refusal.BAD_REQUEST.answer(
          exchange,
          "%s %s needs the header %s with a number"
              .formatted(request.method(), target, AgentApi.EPOCH_HEADER));
      return;
    }
    Optional<TenantGroup> group;
    try {
      group = request.headers().first(AgentApi.GROUP_HEADER).map(TenantGroup::parse);
    } catch (IllegalArgumentException e) {
      Refusal.BAD_REQUEST.answer(exchange, e.getMessage());
      return;
    }
    EpochGate.Passage passage;
    try {
      passage = gate.enter(epoch.get(), call);
    } catch (StaleEpochException e) {
      Refusal.STALE_EPOCH.answer(exchange, e.getMessage());
      return;
    }
    try (passage) {
      group.ifPresent(groups);
      forward(exchange, call, target);
    }
  }

  /** The epoch that a request carries; empty when it carries none or no number. */
  public static Optional<Epoch> epochOf(Headers headers) {
    return headers
        .first(AgentApi.EPOCH_HEADER)
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Epoch::parse);
  }

  private void forward(Exchange exchange, EngineCall call, String target) throws IOException {
    UnixConnection connection;
    try {
      connection = UnixConnection.open(socket);
    } catch (IOException e) {
      Refusal.ENGINE_DOWN.answer(
          exchange, "the engine at %s is not there: %s".formatted(socket, e.getMessage()));
      return;
    }
    try (HttpCall engine = new HttpCall(connection)) {
      Headers headers = EngineHeaders.toEngine(exchange, call);
      ResponseHead head;
      try {
        engine.send(new RequestHead(exchange.request().method(), target, headers));
        sendBody(exchange, engine, headers);
        if (call.course() == Course.LASTING) {
          exchange.watchClient(engine);
        }
        head = engine.receive();
      } catch (RequestCutException e) {
        LOG.atDebug().addKeyValue("target", target).setCause(e).log("call given up");
        exchange.abort();
        return;
      } catch (IOException e) {
        if (exchange.isClientGone()) {
          throw e;
        }
        Refusal.ENGINE_BROKE_OFF.answer(
            exchange, "the engine ended the call before its answer: " + e.getMessage());
        return;
      }
      answer(exchange, call, engine, head);
    }
  }

  private static void answer(Exchange exchange, EngineCall call, HttpCall engine, ResponseHead head)
      throws IOException {
    if (head.status() == 101 || isRawStream(call, head)) {
      Headers back = EngineHeaders.toManagerForHijack(head.headers());
      Connection manager = exchange.hijack(head.withHeaders(back));
      Pump.join(manager, engine.hijack());
      return;
    }
    OutputStream out = exchange.stream(head.withHeaders(EngineHeaders.toManager(head.headers())));
    Pump.copy(engine.responseBody(), out);
    out.close();
  }

  /** A client that asks for no upgrade gets a 200 after which the connection is its own as well. */
  private static boolean isRawStream(EngineCall call, ResponseHead head) {
    return call.course() == Course.HIJACKING
        && head.status() == 200
        && !head.headers().has("Content-Length")
        && !head.headers().has("Transfer-Encoding")
        && head.headers().first("Content-Type").filter(t -> t.endsWith("-stream")).isPresent();
  }

  /**
   * Sends the request's body. An engine that stops reading has answered already: what it says is
   * then the answer. A body that breaks off is never ended as if it were whole.
   */
  private static void sendBody(Exchange exchange, HttpCall engine, Headers headers)
      throws IOException {
    if (!exchange.hasBody()) {
      return;
    }
    InputStream body = exchange.body();
    OutputStream out = engine.requestBody(headers);
    byte[] buffer = new byte[BUFFER_BYTES];
    int count;
    while ((count = read(body, buffer)) >= 0) {
      try {
        out.write(buffer, 0, count);
        out.flush();
      } catch (IOException e) {
        exchange.closeAfterwards();
        return;
      }
    }
    out.close();
  }

  private static int read(InputStream body, byte[] buffer) throws RequestCutException {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new RequestCutException(e);
    }
  }

  /** The manager went away before its request was whole. */
  private static final class RequestCutException extends IOException {
    RequestCutException(IOException cause) {
      super("the request broke off", cause);
    }
  }
}
