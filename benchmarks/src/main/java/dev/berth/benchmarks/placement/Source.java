package dev.berth.benchmarks.placement;

/** Where tasks come from, without an end. */
@FunctionalInterface
interface Source {
  Task next();
}
