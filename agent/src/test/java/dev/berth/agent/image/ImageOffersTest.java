package dev.berth.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ImageOffersTest {
  private static final ImageId IMAGE = new ImageId("sha256:" + "a".repeat(64));
  private static final HostId HOST = new HostId("h1");

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final ImageOffers offers =
      new ImageOffers(new EnginePosts(Path.of("/nonexistent")), now::get);

  @Test
  void an_offer_is_good_once() {
    String secret = offers.offer(IMAGE, HOST);
    assertThat(offers.use(secret, HOST)).contains(IMAGE);
    assertThat(offers.use(secret, HOST)).isEmpty();
  }

  @Test
  void an_offer_is_for_one_host_and_stays_when_another_asks() {
    String secret = offers.offer(IMAGE, HOST);
    assertThat(offers.use(secret, new HostId("h2"))).isEmpty();
    assertThat(offers.use(secret + "0", HOST)).isEmpty();
    assertThat(offers.use(secret, HOST)).contains(IMAGE);
  }

  @Test
  void an_offer_ends() {
    String secret = offers.offer(IMAGE, HOST);
    now.set(Instant.EPOCH.plus(ImageOffers.LIFETIME).plusSeconds(1));
    assertThat(offers.use(secret, HOST)).isEmpty();
  }

  @Test
  void many_offers_end_the_oldest() {
    String first = offers.offer(IMAGE, HOST);
    for (int i = 0; i < 256; i++) {
      offers.offer(IMAGE, HOST);
    }
    assertThat(offers.use(first, HOST)).isEmpty();
  }
}
