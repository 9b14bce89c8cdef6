package dev.berth.agent.image;

import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.Pump;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The images that other hosts may take from here: each offer is for one image, one host and one
 * time, and ends soon. At most {@value #MAX_OFFERS} stand at a time; a new one ends the oldest.
 * Safe for any thread.
 */
final class ImageOffers {
  private static final int MAX_OFFERS = 256;
  private static final int SECRET_BYTES = 32;
  static final Duration LIFETIME = Duration.ofMinutes(1);

  private record Offer(ImageId image, HostId to, Instant ends) {}

  private final EnginePosts engine;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  // Guarded by this.
  private final Map<String, Offer> offers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Offer> eldest) {
          return size() > MAX_OFFERS;
        }
      };

  ImageOffers(EnginePosts engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  /** Makes an offer, and returns its secret. */
  synchronized String offer(ImageId image, HostId to) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    String text = HexFormat.of().formatHex(secret);
    offers.put(text, new Offer(image, to, clock.instant().plus(LIFETIME)));
    return text;
  }

  /** The image of an offer that stands for that host; the offer is used up. */
  synchronized Optional<ImageId> use(String secret, HostId by) {
    Offer offer = offers.get(secret);
    if (offer == null || !offer.to().equals(by)) {
      return Optional.empty();
    }
    offers.remove(secret);
    return offer.ends().isBefore(clock.instant()) ? Optional.empty() : Optional.of(offer.image());
  }

  /** Streams the image to who took the offer. */
  void give(Exchange exchange, ImageId image) throws IOException {
    try (HttpCall call = engine.open()) {
      exchange.watchClient(call);
      call.send(new RequestHead("GET", "/images/" + image + "/get", Headers.of("Host", "docker")));
      ResponseHead head = call.receive();
      if (head.status() != 200) {
        exchange.respond(
            new ResponseHead(head.status(), head.reason(), Headers.NONE),
            call.responseBody().readNBytes(64 * 1024));
        return;
      }
      // Not closed when this fails: a cut image must not look whole.
      OutputStream out =
          exchange.stream(
              new ResponseHead(200, "OK", Headers.of("Content-Type", "application/x-tar")));
      Pump.copy(call.responseBody(), out);
      out.close();
    }
  }
}
