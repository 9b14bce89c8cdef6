package dev.berth.benchmarks.placement;

import java.util.Optional;

/**
 * A scheduler that is measured.
 *
 * @param <T> a task as it takes it, made before the clock runs
 * @param <H> what it says of a host, of which a number is made when the clock does not run
 */
interface Rival<T, H> {
  T prepare(Task task);

  H host(int number);

  int number(H host);

  /** Empty when it has no place. */
  Optional<H> place(T task);

  void release(T task, H host);

  /** Takes over what is on a host already. */
  void put(T task, H host);
}
