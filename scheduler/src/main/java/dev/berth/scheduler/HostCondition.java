package dev.berth.scheduler;

/** Whether a host takes new containers. What is reserved on it stays reserved in any condition. */
public enum HostCondition {
  HEALTHY("it is healthy"),

  /** Its agent or engine does not answer. */
  UNREACHABLE("it does not answer"),

  /** An operator keeps new containers off it. */
  CORDONED("it is cordoned"),

  /** An operator has its containers moved away. */
  DRAINING("it is being drained");

  private final String sentence;

  HostCondition(String sentence) {
    this.sentence = sentence;
  }

  /** For operators, as {@code it is cordoned}. */
  public String sentence() {
    return sentence;
  }
}
