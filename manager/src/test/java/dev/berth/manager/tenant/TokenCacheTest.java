package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.common.id.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
  private final MovableClock clock = new MovableClock();
  private final AtomicInteger asked = new AtomicInteger();

  private Token token() {
    return new Token(
        "alice",
        new TenantId("acme"),
        Role.MEMBER,
        clock.instant(),
        clock.instant().plus(Duration.ofHours(1)));
  }

  private TokenCache cache(Optional<Token> answer, TokenCache.Settings settings) {
    return new TokenCache(
        _ -> {
          asked.incrementAndGet();
          return answer;
        },
        settings,
        clock);
  }

  @Test
  void a_refusal_is_kept_for_some_seconds() {
    TokenCache cache = cache(Optional.empty(), TokenCache.Settings.DEFAULT);

    assertThat(cache.find("x")).isEmpty();
    assertThat(cache.find("x")).isEmpty();
    assertThat(asked).hasValue(1);

    clock.advance(Duration.ofSeconds(5));
    assertThat(cache.find("x")).isEmpty();
    assertThat(asked).hasValue(2);
  }

  @Test
  void with_no_time_to_keep_each_call_asks() {
    TokenCache cache =
        cache(
            Optional.of(token()),
            new TokenCache.Settings(Duration.ZERO, Duration.ZERO, Duration.ZERO, 10));

    cache.find("x");
    cache.find("x");

    assertThat(asked).hasValue(2);
  }

  @Test
  void it_holds_no_more_than_its_size_and_bad_tokens_push_out_no_good_one() {
    TokenCache.Settings small =
        new TokenCache.Settings(Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO, 10);
    Token good = token();
    TokenCache cache =
        new TokenCache(
            secret -> {
              asked.incrementAndGet();
              return secret.equals("good") ? Optional.of(good) : Optional.empty();
            },
            small,
            clock);
    cache.find("good");
    for (int i = 0; i < 1000; i++) {
      cache.find("bad" + i);
    }

    assertThat(cache.size()).isEqualTo(11);
    assertThat(cache.find("good")).contains(good);
    assertThat(asked).hasValue(1001);
  }

  @Test
  void callers_who_miss_together_ask_once() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    Token good = token();
    TokenCache cache =
        new TokenCache(
            _ -> {
              asked.incrementAndGet();
              try {
                assertThat(answer.await(10, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return Optional.of(good);
            },
            TokenCache.Settings.DEFAULT,
            clock);
    List<Future<Optional<Token>>> found = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (ExecutorService callers =
        Executors.newThreadPerTaskExecutor(
            work -> {
              Thread thread = Thread.ofPlatform().unstarted(work);
              threads.add(thread);
              return thread;
            })) {
      for (int i = 0; i < 10; i++) {
        found.add(callers.submit(() -> cache.find("x")));
      }
      await()
          .until(
              () ->
                  threads.stream()
                      .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
      answer.countDown();
      for (Future<Optional<Token>> each : found) {
        assertThat(each.get(10, TimeUnit.SECONDS)).contains(good);
      }
    }
    assertThat(asked).hasValue(1);
  }
}
