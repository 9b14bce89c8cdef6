package dev.berth.benchmarks.placement;

/**
 * A scheduler that is measured.
 *
 * @param <T> a task as it takes it, made before the clock runs
 */
interface Rival<T> {
  T prepare(Task task);

  /** The number of the host; -1 when it has no place. */
  int place(T task);

  void release(T task, int host);

  /** Takes over what is on a host already. */
  void put(T task, int host);
}
