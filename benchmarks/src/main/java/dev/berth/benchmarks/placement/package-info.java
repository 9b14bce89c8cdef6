/**
 * How fast and how well containers are placed: Berth's scheduler beside Netflix Fenzo and a scan of
 * every host, with the same hosts, tasks and seed in one JVM.
 */
package dev.berth.benchmarks.placement;
