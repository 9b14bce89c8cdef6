package dev.berth.agent.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.Pump;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Takes images from other hosts' agents into this engine, as a stream. Safe for any thread. */
final class ImageTaker {
  private static final int CONNECT_MILLIS = 5_000;

  /** The other engine packs an image before it sends the first byte. */
  private static final Duration SILENCE = Duration.ofMinutes(5);

  private static final ObjectReader JSON = new JsonMapper().readerFor(JsonNode.class);

  private final EnginePosts engine;
  private final SSLContext tls;

  ImageTaker(EnginePosts engine, SSLContext tls) {
    this.engine = engine;
    this.tls = tls;
  }

  /**
   * Takes an offered image; when this returns the engine has it. Ends when the exchange's client
   * goes away.
   *
   * @throws IOException with a sentence, when it does not have it
   */
  void take(Exchange exchange, ImageId image, HostId from, InetSocketAddress address, String offer)
      throws IOException {
    SSLSocket socket = TlsContexts.connect(tls, address, CONNECT_MILLIS);
    TcpConnection connection;
    try {
      Peer.requirePeer(socket, PeerRole.AGENT, from.value());
      TcpConnection.tune(socket);
      connection = new TcpConnection(socket);
    } catch (IOException e) {
      TlsContexts.abort(socket);
      throw e;
    }
    try (HttpCall source = new HttpCall(connection);
        HttpCall load = engine.open()) {
      // The end of the source ends the load, which never looks whole then.
      exchange.watchClient(source);
      source.readTimeout(SILENCE);
      source.send(
          new RequestHead("GET", AgentApi.OFFERED + offer, Headers.of("Host", from.value())));
      ResponseHead head = source.receive();
      if (head.status() != 200) {
        throw new IOException(
            "host %s does not give image %s: it answers %d"
                .formatted(from, image.shortened(), head.status()));
      }
      load(source, load);
    }
    if (!engine.has(image.value())) {
      throw new IOException("what host %s gave is not image %s".formatted(from, image.shortened()));
    }
  }

  private static void load(HttpCall source, HttpCall load) throws IOException {
    Headers headers =
        Headers.of(
            "Host", "docker",
            "Content-Type", "application/x-tar",
            "Transfer-Encoding", "chunked");
    load.send(new RequestHead("POST", "/images/load?quiet=1", headers));
    OutputStream out = load.requestBody(headers);
    Pump.copy(source.responseBody(), out);
    out.close();
    ResponseHead head = load.receive();
    if (head.status() != 200) {
      EnginePosts.answer(load, head);
    }
    try (MappingIterator<JsonNode> lines = JSON.readValues(load.responseBody())) {
      while (lines.hasNextValue()) {
        JsonNode line = lines.nextValue();
        if (line.has("error")) {
          throw new IOException("the engine cannot load it: " + line.path("error").asText());
        }
      }
    }
  }
}
