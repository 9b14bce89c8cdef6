package dev.berth.benchmarks.placement;

/**
 * How fast pairs of release and place went.
 *
 * @param perSecond pairs a second of the thread's CPU time, the median of the rounds
 * @param perSecondOfAll pairs a second of the CPU time of the whole process, collector and compiler
 *     with it
 * @param p50Micros of one pair by the clock on the wall
 * @param p99Micros of one pair by the clock on the wall
 * @param refused the part of the pairs whose task had no place
 */
record Rate(
    double perSecond, double perSecondOfAll, double p50Micros, double p99Micros, double refused) {}
