package dev.berth.manager.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

final class RoomTest {
  private final Semaphore all = new Semaphore(3);

  @Test
  void a_tenant_that_takes_all_it_can_leaves_the_rest_to_others() {
    Room greedy = new Room(all, new Semaphore(2));
    Room other = new Room(all, new Semaphore(2));
    assertThat(greedy.tryAcquire()).isTrue();
    assertThat(greedy.tryAcquire()).isTrue();
    assertThat(greedy.tryAcquire()).isFalse();
    assertThat(other.tryAcquire()).isTrue();
  }

  @Test
  void who_finds_all_taken_keeps_nothing_and_what_is_released_can_be_taken() {
    Room greedy = new Room(all, new Semaphore(3));
    Semaphore own = new Semaphore(2);
    Room other = new Room(all, own);
    for (int i = 0; i < 3; i++) {
      assertThat(greedy.tryAcquire()).isTrue();
    }
    assertThat(other.tryAcquire()).isFalse();
    assertThat(own.availablePermits()).isEqualTo(2);
    greedy.release();
    assertThat(other.tryAcquire()).isTrue();
  }
}
