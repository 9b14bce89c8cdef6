/** Measurements against the raw engine in the same run, printed as ratios. */
package dev.berth.benchmarks;
