package dev.berth.agent.image;

import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.Pump;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.ImageId;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes images under names that the engine does not know them by. Two pushes under one name wait
 * for each other, so that nobody's push can ever carry another's image: this agent is the only one
 * who tags on this engine. Safe for any thread.
 */
final class ImagePusher {
  private static final Logger LOG = LoggerFactory.getLogger(ImagePusher.class);
  private static final Duration TURN = Duration.ofMinutes(10);
  private static final String AUTH = "X-Registry-Auth";

  private final EnginePosts engine;
  private final PassingTags tags;
  private final ReentrantLock[] turns =
      Stream.generate(ReentrantLock::new).limit(64).toArray(ReentrantLock[]::new);

  ImagePusher(EnginePosts engine, PassingTags tags) {
    this.engine = engine;
    this.tags = tags;
  }

  /** Pushes and passes the engine's answer on; ends when the exchange's client goes away. */
  void push(Exchange exchange, ImageId image, String repository, String tag)
      throws IOException, InterruptedException {
    ReentrantLock turn = turns[Math.floorMod((repository + ":" + tag).hashCode(), turns.length)];
    if (!turn.tryLock(TURN.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException(
          "%s:%s is being pushed by others for %d minutes; try again"
              .formatted(repository, tag, TURN.toMinutes()));
    }
    try {
      PassingTags.Passing passing = tags.give(repository, tag, image.value());
      try {
        pass(exchange, repository, tag);
      } finally {
        remove(passing);
      }
    } finally {
      turn.unlock();
    }
  }

  private void remove(PassingTags.Passing passing) {
    try {
      tags.remove(passing);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("tag", passing.reference())
          .setCause(e)
          .log("tag not taken away; the next start of agent or engine tries again");
    }
  }

  private void pass(Exchange exchange, String repository, String tag) throws IOException {
    Headers headers = Headers.of("Host", "docker", "Content-Length", "0");
    String auth = exchange.request().headers().first(AUTH).orElse("e30=");
    try (HttpCall call = engine.open()) {
      exchange.watchClient(call);
      call.send(
          new RequestHead(
              "POST",
              "/images/%s/push?tag=%s".formatted(repository, EnginePosts.encode(tag)),
              headers.with(AUTH, auth)));
      ResponseHead head = call.receive();
      OutputStream out =
          exchange.stream(
              head.withHeaders(
                  Headers.of(
                      "Content-Type",
                      head.headers().first("Content-Type").orElse("application/json"))));
      Pump.copy(call.responseBody(), out);
      out.close();
    }
  }
}
