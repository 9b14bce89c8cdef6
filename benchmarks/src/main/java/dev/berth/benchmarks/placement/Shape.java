package dev.berth.benchmarks.placement;

/**
 * A host.
 *
 * @param cpus whole CPUs
 * @param memory MiB
 * @param zone one of eight
 * @param gpus thousandths of GPUs, of all that it has together
 * @param model of its GPUs; empty when it has none
 */
record Shape(int cpus, int memory, int zone, int gpus, String model) {
  Shape(int cpus, int memory, int zone) {
    this(cpus, memory, zone, 0, "");
  }
}
