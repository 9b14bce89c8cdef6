package dev.berth.cli.logging;

import java.util.List;
import java.util.Locale;

/** Keeps what no log may hold out of it, should a key-value carry it by mistake. */
final class Secrets {
  private static final List<String> MARKS = List.of("token", "password", "secret", "authorization");

  private Secrets() {}

  static String shown(String key, Object value) {
    String lower = key.toLowerCase(Locale.ROOT);
    return MARKS.stream().anyMatch(lower::contains) ? "***" : String.valueOf(value);
  }
}
