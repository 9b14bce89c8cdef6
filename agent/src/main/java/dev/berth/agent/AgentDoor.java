package dev.berth.agent;

import dev.berth.agent.engine.EngineProxy;
import dev.berth.agent.engine.EpochGate;
import dev.berth.agent.engine.Refusal;
import dev.berth.agent.engine.StaleEpochException;
import dev.berth.agent.feed.StateFeed;
import dev.berth.agent.image.ImageCalls;
import dev.berth.agent.monitor.MonitorCalls;
import dev.berth.common.http.Connection;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Where managers, and for an image other agents, come in: which part of the agent answers which
 * path of {@link AgentApi}.
 */
final class AgentDoor implements HttpServer.Handler {
  private static final Duration OLDER_CALLS_BOUND = Duration.ofSeconds(60);
  private static final byte[] NOTHING = {};

  private final Predicate<Connection> admitted;
  private final EngineProxy engine;
  private final EpochGate gate;
  private final StateFeed feed;
  private final ImageCalls images;
  private final MonitorCalls monitor;
  private final CertificateCalls certificate;

  /**
   * A door to these parts.
   *
   * @param admitted whether who is at the other side of a connection may ask anything
   */
  AgentDoor(
      Predicate<Connection> admitted,
      EngineProxy engine,
      EpochGate gate,
      StateFeed feed,
      ImageCalls images,
      MonitorCalls monitor,
      CertificateCalls certificate) {
    this.admitted = admitted;
    this.engine = engine;
    this.gate = gate;
    this.feed = feed;
    this.images = images;
    this.monitor = monitor;
    this.certificate = certificate;
  }

  @Override
  public void handle(Exchange exchange) throws IOException, InterruptedException {
    RequestHead request = exchange.request();
    if (request.method().equals("GET") && request.target().startsWith(AgentApi.OFFERED)) {
      giveImage(exchange);
      return;
    }
    if (!admitted.test(exchange.connection())) {
      Refusal.NOT_A_MANAGER.answer(exchange, "an agent serves managers alone");
      return;
    }
    int question = request.target().indexOf('?');
    String path = question < 0 ? request.target() : request.target().substring(0, question);
    String query = question < 0 ? "" : request.target().substring(question + 1);
    if (path.startsWith(AgentApi.ENGINE + "/")) {
      engine.handle(exchange);
      return;
    }
    switch (request.method() + " " + path) {
      case "GET " + AgentApi.FEED -> feed.serve(exchange);
      case "PUT " + AgentApi.EPOCH -> beginEpoch(exchange);
      case "POST " + AgentApi.REFRESH ->
          feed.refresh(exchange, query.startsWith("id=") ? query.substring("id=".length()) : "");
      case "POST " + AgentApi.OFFERS -> images.offer(exchange);
      case "POST " + AgentApi.TAKE -> images.take(exchange);
      case "POST " + AgentApi.PUSH -> images.push(exchange, query);
      case "POST " + AgentApi.REFRESH_LISTS -> feed.refreshLists(exchange, query);
      case "GET " + AgentApi.MONITOR -> monitor.latest(exchange);
      case "GET " + AgentApi.MONITOR_SERIES -> monitor.series(exchange, query);
      case "GET " + AgentApi.METRICS -> monitor.metrics(exchange);
      case "GET " + AgentApi.CERTIFICATE -> certificate.show(exchange);
      case "POST " + AgentApi.CERTIFICATE -> certificate.ask(exchange);
      case "PUT " + AgentApi.CERTIFICATE -> certificate.take(exchange);
      default ->
          Refusal.NO_SUCH_PATH.answer(
              exchange, "an agent has no %s %s".formatted(request.method(), path));
    }
  }

  /** To the agent that the offer was made for, whoever that is. */
  private void giveImage(Exchange exchange) throws IOException {
    Optional<Peer> peer = peer(exchange.connection());
    if (peer.isEmpty() || peer.get().role() != PeerRole.AGENT) {
      Refusal.NOT_A_MANAGER.answer(exchange, "an image is offered to another agent alone");
      return;
    }
    images.give(
        exchange,
        exchange.request().target().substring(AgentApi.OFFERED.length()),
        new HostId(peer.get().name()));
  }

  /** Who is proven to be at the other side; empty when nobody is. */
  static Optional<Peer> peer(Connection connection) {
    if (!(connection instanceof TcpConnection tcp) || tcp.tls().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Peer.of(tcp.tls().get()));
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  private void beginEpoch(Exchange exchange) throws IOException, InterruptedException {
    Optional<Epoch> epoch = EngineProxy.epochOf(exchange.request().headers());
    if (epoch.isEmpty()) {
      Refusal.BAD_REQUEST.answer(
          exchange, "an epoch begins with its number in " + AgentApi.EPOCH_HEADER);
      return;
    }
    try {
      if (gate.begin(epoch.get(), OLDER_CALLS_BOUND)) {
        exchange.respond(new ResponseHead(204, "No Content", Headers.NONE), NOTHING);
      } else {
        Refusal.STILL_UNDER_WAY.answer(
            exchange,
            "calls of an earlier leader are still under way after %d s; try again"
                .formatted(OLDER_CALLS_BOUND.toSeconds()));
      }
    } catch (StaleEpochException e) {
      Refusal.STALE_EPOCH.answer(exchange, e.getMessage());
    }
  }
}
