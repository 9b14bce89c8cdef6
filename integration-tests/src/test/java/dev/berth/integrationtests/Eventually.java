package dev.berth.integrationtests;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for a condition, and shows the last value when it does not come. */
final class Eventually {
  private Eventually() {}

  static <T> T get(Supplier<T> value, Predicate<T> condition) {
    return get(Duration.ofSeconds(30), value, condition);
  }

  static <T> T get(Duration limit, Supplier<T> value, Predicate<T> condition) {
    return await().atMost(limit).pollInterval(Duration.ofMillis(200)).until(value::get, condition);
  }
}
