package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;

/**
 * The status words of {@code docker ps}, which say how long ago, so that they are made anew for
 * each list. The words are the engine's (Engine 20.10, container state).
 */
record Status(
    boolean running,
    boolean paused,
    boolean restarting,
    boolean removing,
    boolean dead,
    int exitCode,
    Instant started,
    Instant finished,
    String health) {

  /** A container whose start was never given has this for its start. */
  private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

  static Status of(JsonNode state, int restartCount) {
    return new Status(
        state.path("Running").asBoolean(),
        state.path("Paused").asBoolean(),
        state.path("Restarting").asBoolean(),
        state.path("Status").asText().equals("removing"),
        state.path("Dead").asBoolean(),
        state.path("ExitCode").asInt(),
        Observed.instant(state.path("StartedAt").asText()),
        Observed.instant(state.path("FinishedAt").asText()),
        state.path("Health").path("Status").asText("none"));
  }

  boolean wasStarted() {
    return started.isAfter(NEVER);
  }

  String at(Instant now) {
    if (running) {
      if (paused) {
        return "Up %s (Paused)".formatted(ago(started, now));
      }
      if (restarting) {
        return "Restarting (%d) %s ago".formatted(exitCode, ago(finished, now));
      }
      return "Up " + ago(started, now) + healthWords();
    }
    if (removing) {
      return "Removal In Progress";
    }
    if (dead) {
      return "Dead";
    }
    if (!wasStarted()) {
      return "Created";
    }
    if (!finished.isAfter(NEVER)) {
      return "";
    }
    return "Exited (%d) %s ago".formatted(exitCode, ago(finished, now));
  }

  private String healthWords() {
    return switch (health) {
      case "", "none" -> "";
      case "starting" -> " (health: starting)";
      default -> " (" + health + ")";
    };
  }

  private static String ago(Instant then, Instant now) {
    return words(Duration.between(then, now));
  }

  /** A length of time as people say it. */
  static String words(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 1) {
      return "Less than a second";
    }
    if (seconds == 1) {
      return "1 second";
    }
    if (seconds < 60) {
      return seconds + " seconds";
    }
    long minutes = time.toMinutes();
    if (minutes == 1) {
      return "About a minute";
    }
    if (minutes < 60) {
      return minutes + " minutes";
    }
    long hours = Math.round(minutes / 60.0);
    if (hours == 1) {
      return "About an hour";
    }
    if (hours < 48) {
      return hours + " hours";
    }
    if (hours < 24 * 7 * 2) {
      return hours / 24 + " days";
    }
    if (hours < 24 * 30 * 2) {
      return hours / 24 / 7 + " weeks";
    }
    if (hours < 24 * 365 * 2) {
      return hours / 24 / 30 + " months";
    }
    return minutes / 60 / 24 / 365 + " years";
  }
}
