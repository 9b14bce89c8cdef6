package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a command left behind. */
record Outcome(List<String> command, int exit, byte[] bytes, String err) {

  String out() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The output without white space around it. */
  String text() {
    return out().strip();
  }

  List<String> lines() {
    return out().lines().toList();
  }

  Outcome ok() {
    return exits(0);
  }

  Outcome exits(int status) {
    assertThat(exit)
        .describedAs("exit of %s%nstdout: %s%nstderr: %s", command, shortened(out()), err)
        .isEqualTo(status);
    return this;
  }

  private static String shortened(String text) {
    return text.length() > 2000 ? text.substring(0, 2000) + "…" : text;
  }
}
