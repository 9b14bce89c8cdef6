package dev.berth.agent.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.agent.engine.EngineProxy;
import dev.berth.agent.engine.EpochGate;
import dev.berth.agent.engine.Refusal;
import dev.berth.agent.engine.StaleEpochException;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The calls of {@link AgentApi} about images. Safe for any thread. */
public final class ImageCalls {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_BODY_BYTES = 16 * 1024;
  private static final byte[] NOTHING = {};

  private final EpochGate gate;
  private final ImageOffers offers;
  private final ImageTaker taker;
  private final ImagePusher pusher;
  private final PassingTags tags;

  /**
   * For one engine.
   *
   * @param data where tags that stand for a while are noted
   * @param tls with which other agents are reached
   */
  public ImageCalls(Path socket, Path data, SSLContext tls, EpochGate gate, InstantSource clock)
      throws IOException {
    EnginePosts engine = new EnginePosts(socket);
    this.gate = gate;
    this.offers = new ImageOffers(engine, clock);
    this.taker = new ImageTaker(engine, tls);
    this.tags = new PassingTags(data, engine);
    this.pusher = new ImagePusher(engine, tags);
  }

  /** What the feed must not show. */
  public PassingTags tags() {
    return tags;
  }

  /** The engine is there, and nothing was pushed through it yet. */
  public void clearTags() {
    tags.clear();
  }

  /** Answers {@link AgentApi#OFFERED}: the one path for other agents. */
  public void give(Exchange exchange, String secret, HostId by) throws IOException {
    Optional<ImageId> image = offers.use(secret, by);
    if (image.isEmpty()) {
      Refusal.NO_SUCH_PATH.answer(exchange, "there is no such offer for host " + by);
      return;
    }
    offers.give(exchange, image.get());
  }

  /** Answers {@link AgentApi#OFFERS}. */
  public void offer(Exchange exchange) throws IOException {
    try {
      JsonNode asked = body(exchange);
      String secret =
          offers.offer(
              new ImageId(asked.path("image").asText()), new HostId(asked.path("to").asText()));
      exchange.respond(
          new ResponseHead(200, "OK", Headers.of("Content-Type", "application/json")),
          JSON.writeValueAsBytes(JSON.createObjectNode().put("offer", secret)));
    } catch (IllegalArgumentException e) {
      Refusal.BAD_REQUEST.answer(exchange, e.getMessage());
    }
  }

  /** Answers {@link AgentApi#TAKE}. */
  public void take(Exchange exchange) throws IOException {
    JsonNode asked = body(exchange);
    if (!isAdmitted(exchange)) {
      return;
    }
    try {
      taker.take(
          exchange,
          new ImageId(asked.path("image").asText()),
          new HostId(asked.path("from").asText()),
          new InetSocketAddress(asked.path("address").asText(), asked.path("port").asInt()),
          asked.path("offer").asText());
      exchange.respond(new ResponseHead(204, "No Content", Headers.NONE), NOTHING);
    } catch (IllegalArgumentException e) {
      Refusal.BAD_REQUEST.answer(exchange, e.getMessage());
    } catch (IOException e) {
      if (exchange.isAnswered() || exchange.isClientGone()) {
        throw e;
      }
      error(exchange, 502, "" + e.getMessage());
    }
  }

  /** Answers {@link AgentApi#PUSH}. */
  public void push(Exchange exchange, String query) throws IOException, InterruptedException {
    body(exchange);
    if (!isAdmitted(exchange)) {
      return;
    }
    try {
      pusher.push(
          exchange,
          new ImageId(parameter(query, "image")),
          parameter(query, "repository"),
          parameter(query, "tag"));
    } catch (IllegalArgumentException e) {
      Refusal.BAD_REQUEST.answer(exchange, e.getMessage());
    } catch (EnginePosts.EngineRefusedException e) {
      error(exchange, e.status(), e.getMessage());
    }
  }

  private boolean isAdmitted(Exchange exchange) throws IOException {
    Optional<Epoch> epoch = EngineProxy.epochOf(exchange.request().headers());
    if (epoch.isEmpty()) {
      Refusal.BAD_REQUEST.answer(
          exchange, "this needs the header %s with a number".formatted(AgentApi.EPOCH_HEADER));
      return false;
    }
    try {
      gate.admit(epoch.get());
      return true;
    } catch (StaleEpochException e) {
      Refusal.STALE_EPOCH.answer(exchange, e.getMessage());
      return false;
    }
  }

  private static JsonNode body(Exchange exchange) throws IOException {
    byte[] bytes = exchange.body().readNBytes(MAX_BODY_BYTES);
    return bytes.length == 0 ? JSON.nullNode() : JSON.readTree(bytes);
  }

  private static void error(Exchange exchange, int status, String message) throws IOException {
    exchange.respond(
        new ResponseHead(status, "Error", Headers.of("Content-Type", "application/json")),
        JSON.writeValueAsBytes(JSON.createObjectNode().put("message", message)));
  }

  private static String parameter(String query, String name) {
    for (String pair : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    throw new IllegalArgumentException("the parameter %s is missing".formatted(name));
  }
}
