package dev.berth.benchmarks.fleet;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.TlsContexts;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Map;

/** One agent's side of the protocol, at an address of its own in the loopback range. */
final class SimulatedHost implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int CPUS = 128;
  private static final long MEMORY = 1L << 40;

  private final String id;
  private final String name;
  private final SimulatedEngine engine = new SimulatedEngine();
  private final HttpServer server;

  private SimulatedHost(String id, String name, HttpServer server) {
    this.id = id;
    this.name = name;
    this.server = server;
  }

  /** Serves managers from now on. */
  static SimulatedHost start(int number, String id, Credentials credentials)
      throws IOException, GeneralSecurityException {
    InetSocketAddress address =
        new InetSocketAddress("127.10.%d.%d".formatted(number / 250, number % 250 + 1), 2378);
    SimulatedHost[] host = new SimulatedHost[1];
    HttpServer server =
        HttpServer.start(
            TlsContexts.listen(
                TlsContexts.mutual(credentials), address, TlsContexts.ClientCertificate.REQUIRED),
            HttpServer.Limits.DEFAULT,
            exchange -> host[0].handle(exchange));
    host[0] = new SimulatedHost(id, "sim-" + number, server);
    return host[0];
  }

  String id() {
    return id;
  }

  String name() {
    return name;
  }

  SimulatedFeed feed() {
    return engine.feed();
  }

  HostDescriptor descriptor() {
    return new HostDescriptor(
        id,
        name,
        server.address().getAddress().getHostAddress(),
        server.address().getPort(),
        "20.10.24",
        "1.41",
        "1.12",
        CPUS,
        MEMORY,
        "overlay2",
        "simulated",
        "linux",
        "x86_64",
        "6.1.0",
        "",
        Map.of("zone", "z" + Math.floorMod(id.hashCode(), 8)));
  }

  private void handle(Exchange exchange) throws IOException, InterruptedException {
    String target = exchange.request().target();
    if (target.startsWith(AgentApi.ENGINE + "/")) {
      engine.handle(exchange, target.substring(AgentApi.ENGINE.length()));
      return;
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    switch (path) {
      case AgentApi.FEED -> engine.feed().serve(exchange);
      case AgentApi.EPOCH ->
          exchange.respond(new ResponseHead(204, "No Content", Headers.NONE), new byte[0]);
      case AgentApi.REFRESH ->
          told(
              exchange,
              engine
                  .refresh(target.substring(target.indexOf('=') + 1))
                  .orElseGet(engine.feed()::seq));
      case AgentApi.REFRESH_LISTS -> told(exchange, engine.feed().seq());
      default ->
          SimulatedEngine.answer(
              exchange, 404, JSON.createObjectNode().put("message", "not simulated: " + path));
    }
  }

  private static void told(Exchange exchange, long seq) throws IOException {
    ObjectNode answer = JSON.createObjectNode().put("seq", seq);
    SimulatedEngine.answer(exchange, 200, answer);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
