package dev.berth.common.resource;

/** What a host has, a container asks for, or reservations add up to. */
public record Resources(NanoCpus cpus, Bytes memory) {
  public static final Resources NONE = new Resources(NanoCpus.NONE, Bytes.NONE);

  /**
   * @throws ArithmeticException when a sum is no {@code long}
   */
  public Resources plus(Resources other) {
    return new Resources(cpus.plus(other.cpus), memory.plus(other.memory));
  }

  /**
   * @throws IllegalArgumentException when there is more of anything in the other
   */
  public Resources minus(Resources other) {
    return new Resources(cpus.minus(other.cpus), memory.minus(other.memory));
  }

  /** Whether there is as much of everything in the other. */
  public boolean fitsIn(Resources other) {
    return cpus.value() <= other.cpus.value() && memory.value() <= other.memory.value();
  }
}
