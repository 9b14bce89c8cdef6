package dev.berth.agent.doctor;

/**
 * What a check has found.
 *
 * @param what how it is, in a sentence
 * @param mend what to do about it, in a sentence; empty when all is well
 */
public record Finding(String check, Verdict verdict, String what, String mend) {
  static Finding ok(String check, String what) {
    return new Finding(check, Verdict.OK, what, "");
  }

  static Finding warning(String check, String what, String mend) {
    return new Finding(check, Verdict.WARNING, what, mend);
  }

  static Finding failure(String check, String what, String mend) {
    return new Finding(check, Verdict.FAILURE, what, mend);
  }
}
