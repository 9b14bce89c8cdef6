package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a command left behind. */
final class Outcome {
  private final List<String> command;
  private final int exit;
  private final byte[] bytes;
  private final String err;

  Outcome(List<String> command, int exit, byte[] bytes, String err) {
    this.command = command;
    this.exit = exit;
    this.bytes = bytes;
    this.err = err;
  }

  int exit() {
    return exit;
  }

  /** The output as it came. */
  byte[] bytes() {
    return bytes;
  }

  String err() {
    return err;
  }

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
