package dev.berth.manager.limit;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;

/**
 * How often an address fails to say who it is. Of IPv6 the first 64 bits count, which one client
 * has for itself. The {@value #ADDRESSES} addresses that failed last are remembered. Safe for any
 * thread.
 */
final class AddressLimit {
  private static final int ADDRESSES = 10_000;
  private static final int BURST_SECONDS = 5;
  private static final int PREFIX_BYTES = 8;
  private static final int MOST_HELD = 1024;
  private static final Duration HELD = Duration.ofSeconds(1);

  private final int rate;
  private final InstantSource clock;
  private final Pause pause;
  private final Semaphore held = new Semaphore(MOST_HELD);
  private final Cache<String, TokenBucket> failures =
      CacheBuilder.newBuilder().maximumSize(ADDRESSES).build();

  AddressLimit(int rate, InstantSource clock, Pause pause) {
    this.rate = rate;
    this.clock = clock;
    this.pause = pause;
  }

  /** That somebody there failed. */
  void failed(InetAddress address) {
    if (rate > 0) {
      var _ =
          failures
              .asMap()
              .computeIfAbsent(
                  key(address), _ -> new TokenBucket(rate, rate * BURST_SECONDS, clock))
              .take(Duration.ofSeconds(BURST_SECONDS));
    }
  }

  /** Whether too many did lately. */
  boolean isOver(InetAddress address) {
    TokenBucket bucket = rate > 0 ? failures.getIfPresent(key(address)) : null;
    return bucket != null && bucket.isEmpty();
  }

  /** Refuses; after a while, unless many wait for that already. */
  LimitedException refuse(InetAddress address) {
    if (held.tryAcquire()) {
      try {
        pause.last(HELD);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        held.release();
      }
    }
    return new LimitedException(
        "too many requests of %s had no good token or password: wait some seconds and log in again"
            .formatted(address.getHostAddress()),
        HELD);
  }

  private static String key(InetAddress address) {
    byte[] bytes = address.getAddress();
    return HexFormat.of()
        .formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, PREFIX_BYTES) : bytes);
  }
}
