package dev.berth.agent.doctor;

import java.nio.file.Path;
import java.util.Optional;

/** That there is an engine, which speaks what Berth needs: API 1.24 up to 1.41 at the least. */
record EngineCheck(Path socket, Optional<EngineFacts> engine) implements Check {
  private static final int NEEDED_MINOR = 41;

  @Override
  public Finding look() {
    if (engine.isEmpty()) {
      return Finding.failure(
          "engine",
          "no engine answers at " + socket,
          "Install Docker and start it (systemctl start docker), or give its socket with --engine.");
    }
    String version = engine.get().version().path("Version").asText();
    String newest = engine.get().version().path("ApiVersion").asText();
    String oldest = engine.get().version().path("MinAPIVersion").asText();
    String what = "engine %s speaks API %s to %s".formatted(version, oldest, newest);
    return newest.matches("1\\.\\d{1,3}") && Integer.parseInt(newest.substring(2)) >= NEEDED_MINOR
        ? Finding.ok("engine", what)
        : Finding.failure("engine", what, "Install Docker 20.10 or newer, which speaks API 1.41.");
  }
}
