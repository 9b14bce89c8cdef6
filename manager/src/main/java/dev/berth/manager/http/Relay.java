package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Connection;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.Pump;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.HostId;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.image.archive.ArchiveGate;
import dev.berth.manager.image.archive.MalformedArchiveException;
import dev.berth.manager.view.Container;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Carries calls about one container to its engine and the answers back, as bytes, with back
 * pressure. The client's own parameters and headers do not go through: the target is written anew,
 * and of the headers only those that {@link Hop} lists.
 */
final class Relay {
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  /** Writers of archives fill their last record with zeros. */
  private static final int MAX_TRAILING_BYTES = 1024 * 1024;

  /** The calls in whose errors an engine repeats the reference that it was given. */
  private static final List<String> REPEATING = List.of("kill", "restart", "stop", "update");

  private final Hosts hosts;

  Relay(Hosts hosts) {
    this.hosts = hosts;
  }

  /** Passes the call on, its body too, and the answer back. */
  void pass(Call call, Container container, String target) throws IOException {
    HttpCall engine = begin(call, container.host(), target);
    answer(call, container, engine, hosts.link(container.host()));
  }

  /**
   * The same for a call whose body is an archive, of which goes on what may.
   *
   * @throws ApiException with 400 for what is no archive, or has in it what must not be
   */
  void passArchive(Call call, Container container, String target) throws IOException {
    Exchange exchange = call.exchange();
    if (!exchange.hasBody()) {
      pass(call, container, target);
      return;
    }
    HostLink host = hosts.link(container.host());
    Headers headers =
        Hop.toEngine(exchange.request().headers()).with("Transfer-Encoding", "chunked");
    HttpCall engine = host.begin(exchange.request().method(), call.enginePath(target), headers);
    Source source = new Source(exchange.body());
    try {
      OutputStream out = engine.requestBody(headers);
      ArchiveGate.pass(source, out);
      out.close();
      if (source.readNBytes(MAX_TRAILING_BYTES).length == MAX_TRAILING_BYTES) {
        exchange.closeAfterwards();
      }
    } catch (MalformedArchiveException e) {
      engine.close();
      exchange.closeAfterwards();
      throw ApiException.badRequest("Error processing tar file(exit status 1): " + e.getMessage());
    } catch (IOException e) {
      if (source.hasFailed) {
        engine.close();
        exchange.abort();
        throw e;
      }
      // An engine that answers before it has read everything has a reason: the answer says it.
      exchange.closeAfterwards();
    }
    answer(call, container, engine, host);
  }

  /** Tells a client that went from an engine that did. */
  private static final class Source extends FilterInputStream {
    private boolean hasFailed;

    Source(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException e) {
        hasFailed = true;
        throw e;
      }
    }
  }

  /**
   * The same for an answer that may take as long as the client stays: when it goes, the engine's
   * work for it ends.
   */
  void follow(Call call, Container container, String target) throws IOException {
    HttpCall engine = begin(call, container.host(), target);
    // The client's end closes it at any time: nobody else may have it then.
    engine.closeAfterwards();
    call.exchange().watchClient(engine);
    answer(call, container, engine, hosts.link(container.host()));
  }

  /** Passes a call on with a body of our own making. */
  void passJson(Call call, Container container, String target, JsonNode body) throws IOException {
    HostLink host = hosts.link(container.host());
    byte[] bytes = OpenCall.JSON.writeValueAsBytes(body);
    Headers headers =
        Headers.of(
            "Content-Type", "application/json", "Content-Length", Integer.toString(bytes.length));
    HttpCall engine =
        host.begin(call.exchange().request().method(), call.enginePath(target), headers);
    write(engine, headers, bytes);
    answer(call, container, engine, host);
  }

  /**
   * Passes a call on whose answer gives the connection away: after it, bytes flow both ways until
   * either side ends. An answer that does not is passed back as usual.
   *
   * @param body what the call says before that; empty for nothing
   */
  void hijack(Call call, Container container, String target, byte[] body) throws IOException {
    HostLink host = hosts.link(container.host());
    Exchange exchange = call.exchange();
    Headers headers = Hop.toEngineForHijack(exchange.request().headers());
    if (body.length > 0) {
      headers = headers.with("Content-Length", Integer.toString(body.length));
    } else if (exchange.request().method().equals("POST")) {
      headers = headers.with("Content-Length", "0");
    }
    HttpCall engine = host.begin(exchange.request().method(), call.enginePath(target), headers);
    write(engine, headers, body);
    ResponseHead head = host.receive(engine);
    boolean givenAway =
        head.status() == 101
            || (head.status() == 200
                && head.headers()
                    .first("Content-Type")
                    .filter(type -> type.endsWith("-stream"))
                    .isPresent()
                && !head.headers().has("Content-Length"));
    if (!givenAway) {
      answer(call, container, engine, host, head);
      return;
    }
    Headers back = Hop.toClient(head.headers(), call.headers());
    if (head.status() == 101) {
      back = back.with("Connection", "Upgrade");
      back = back.with("Upgrade", head.headers().first("Upgrade").orElse("tcp"));
    }
    Connection client = exchange.hijack(head.withHeaders(back));
    Pump.join(client, engine.hijack());
  }

  private static void write(HttpCall engine, Headers headers, byte[] body) throws IOException {
    if (body.length > 0) {
      try (OutputStream out = engine.requestBody(headers)) {
        out.write(body);
      }
    }
  }

  private HttpCall begin(Call call, HostId hostId, String target) throws IOException {
    HostLink host = hosts.link(hostId);
    Exchange exchange = call.exchange();
    Headers client = exchange.request().headers();
    Headers headers = Hop.toEngine(client);
    if (exchange.hasBody()) {
      headers =
          client
              .first("Content-Length")
              .map(length -> Hop.toEngine(client).with("Content-Length", length))
              .orElseGet(() -> Hop.toEngine(client).with("Transfer-Encoding", "chunked"));
    } else if (!exchange.request().method().equals("GET")
        && !exchange.request().method().equals("HEAD")) {
      headers = headers.with("Content-Length", "0");
    }
    HttpCall engine = host.begin(exchange.request().method(), call.enginePath(target), headers);
    if (exchange.hasBody()) {
      sendBody(exchange, engine, headers);
    }
    return engine;
  }

  /** An engine that answers before it has read everything has a reason: the answer says it. */
  private static void sendBody(Exchange exchange, HttpCall engine, Headers headers)
      throws IOException {
    InputStream body = exchange.body();
    try (OutputStream out = engine.requestBody(headers)) {
      byte[] buffer = new byte[64 * 1024];
      while (true) {
        int count;
        try {
          count = body.read(buffer);
        } catch (IOException e) {
          engine.close();
          exchange.abort();
          throw e;
        }
        if (count < 0) {
          return;
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      exchange.closeAfterwards();
    }
  }

  private static void answer(Call call, Container container, HttpCall engine, HostLink host)
      throws IOException {
    answer(call, container, engine, host, host.receive(engine));
  }

  private static void answer(
      Call call, Container container, HttpCall engine, HostLink host, ResponseHead head)
      throws IOException {
    try {
      if (head.status() >= 400) {
        error(call, container, engine, host, head);
        return;
      }
      ResponseHead back = head.withHeaders(Hop.toClient(head.headers(), call.headers()));
      if (head.headers().first("Content-Length").filter("0"::equals).isPresent()
          || head.status() == 204
          || head.status() == 304) {
        host.release(engine);
        call.exchange().respond(back, new byte[0]);
        return;
      }
      OutputStream out = call.exchange().stream(back);
      Pump.copy(engine.responseBody(), out);
      out.close();
      host.release(engine);
    } catch (IOException e) {
      engine.close();
      throw e;
    }
  }

  private static void error(
      Call call, Container container, HttpCall engine, HostLink host, ResponseHead head)
      throws IOException {
    byte[] body = engine.responseBody().readNBytes(MAX_ERROR_BYTES);
    host.release(engine);
    call.exchange()
        .respond(
            head.withHeaders(
                Hop.toClient(head.headers(), call.headers()).without("Content-Length")),
            inOwnWords(body, call, container));
  }

  /**
   * The engine's sentence as the tenant would have got it: with the container's own name, and with
   * the reference of the call where the engine repeats it. Only sentences of the engine are changed
   * so, never what a tenant wrote.
   */
  static byte[] inOwnWords(byte[] body, Call call, Container container) {
    try {
      if (OpenCall.JSON.readTree(body) instanceof ObjectNode error
          && error.path("message").isTextual()) {
        String engineName = container.name().onEngine(container.tenant());
        String message =
            error.get("message").textValue().replace(engineName, container.name().value());
        return (error.put("message", withReference(message, call, container)) + "\n")
            .getBytes(StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      // Not the engine's form of an error: passed as it is.
    }
    return body;
  }

  /**
   * The engine is asked by id; where it repeats what it was asked by, the tenant asked otherwise.
   */
  private static String withReference(String message, Call call, Container container) {
    String id = container.id().value();
    String reference = call.reference().orElse(id);
    for (String verb : REPEATING) {
      String start = "Cannot " + verb + " container: " + id + ":";
      if (message.startsWith(start)) {
        return "Cannot "
            + verb
            + " container: "
            + reference
            + message.substring(start.length() - 1);
      }
    }
    String paused = "Container " + id + " is paused";
    if (message.startsWith(paused)) {
      return "Container " + reference + message.substring("Container ".length() + id.length());
    }
    String end = " in container " + id;
    return message.endsWith(end)
        ? message.substring(0, message.length() - id.length()) + reference
        : message;
  }
}
