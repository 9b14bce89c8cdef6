package dev.berth.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.berth.common.id.Epoch;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EpochGateTest {
  private static final EngineCall CREATE = EngineCall.of("POST", "/containers/create");
  private static final EngineCall ATTACH = EngineCall.of("POST", "/containers/abc/attach");
  private static final Epoch FOUR = new Epoch(4);
  private static final Epoch FIVE = new Epoch(5);
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final EpochGate gate = new EpochGate();

  @Test
  void an_older_epoch_than_one_seen_is_stale() throws Exception {
    gate.enter(FIVE, CREATE).close();

    assertThatExceptionOfType(StaleEpochException.class)
        .isThrownBy(() -> gate.enter(FOUR, ATTACH))
        .withMessageContaining("epoch 4")
        .withMessageContaining("epoch 5");
    assertThat(gate.newest()).isEqualTo(FIVE);
  }

  @Test
  void an_epoch_learnt_of_elsewhere_counts_and_an_older_one_does_not() {
    gate.learn(FIVE);
    gate.learn(FOUR);

    assertThat(gate.newest()).isEqualTo(FIVE);
    assertThatExceptionOfType(StaleEpochException.class).isThrownBy(() -> gate.begin(FOUR, BOUND));
  }

  @Test
  void a_new_epoch_begins_when_the_calls_of_older_ones_are_over() throws Exception {
    EpochGate.Passage first = gate.enter(FOUR, CREATE);
    EpochGate.Passage second = gate.enter(FOUR, CREATE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<Boolean> begun =
          CompletableFuture.supplyAsync(() -> begin(FIVE, BOUND), threads);
      await().until(() -> gate.newest().equals(FIVE));

      first.close();
      assertThat(begun).isNotDone();
      second.close();

      assertThat(begun.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_new_epoch_waits_neither_for_its_own_calls_nor_for_streams() throws Exception {
    gate.enter(FOUR, ATTACH);
    gate.enter(FIVE, CREATE);

    assertThat(gate.begin(FIVE, Duration.ZERO)).isTrue();
  }

  @Test
  void a_call_that_does_not_end_makes_a_new_epoch_wait_no_longer_than_its_bound() throws Exception {
    gate.enter(FOUR, CREATE);

    assertThat(gate.begin(FIVE, Duration.ofMillis(50))).isFalse();
  }

  private boolean begin(Epoch epoch, Duration bound) {
    try {
      return gate.begin(epoch, bound);
    } catch (StaleEpochException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
