package dev.berth.agent.doctor;

/** How bad a finding is. */
public enum Verdict {
  OK(0),
  WARNING(1),
  FAILURE(2);

  private final int exitCode;

  Verdict(int exitCode) {
    this.exitCode = exitCode;
  }

  /** What a program ends with whose worst finding this is. */
  public int exitCode() {
    return exitCode;
  }
}
