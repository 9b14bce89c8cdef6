package dev.berth.cli.daemon;

import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.common.http.UnixConnection;
import dev.berth.lab.LabRequirements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Sees to it that this machine has what a start needs: a Docker engine that runs, or a lab's tools.
 */
public final class EngineSetup {
  private static final Path USUAL_SOCKET = Path.of("/var/run/docker.sock");
  private static final Path ENGINE_LOG = Path.of("/var/log/docker.log");
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);
  private static final long PAUSE_MILLIS = 200;

  private final Surroundings surroundings;
  private final boolean isAgreed;

  /**
   * Made for one start.
   *
   * @param isAgreed whether the user has said yes to an installation
   */
  public EngineSetup(Surroundings surroundings, boolean isAgreed) {
    this.surroundings = surroundings;
    this.isAgreed = isAgreed;
  }

  /** Makes an engine answer at the socket, or says in one sentence what the user has to do. */
  public void ensureEngine(Path socket) {
    if (answers(socket)) {
      return;
    }
    if (!socket.equals(USUAL_SOCKET)) {
      throw new CommandFailure(
          "no Docker engine answers at %s: start it, or name another with --engine"
              .formatted(socket));
    }
    if (!isInstalled("dockerd")) {
      install();
    }
    startService();
    Instant end = Instant.now().plus(START_LIMIT);
    while (!answers(socket)) {
      if (Instant.now().isAfter(end)) {
        throw new CommandFailure(
            "the Docker engine did not answer at %s within %d s of its start: look at its log (%s, or the journal of systemd), then try again"
                .formatted(socket, START_LIMIT.toSeconds(), ENGINE_LOG));
      }
      pause();
    }
  }

  /** Makes what a lab needs be there, or says what the user has to do. */
  public void ensureLab() {
    List<String> missing = LabRequirements.missing();
    if (missing.isEmpty()) {
      return;
    }
    String need = "a lab needs " + String.join(", ", missing);
    if (!LabRequirements.canInstall()) {
      throw new CommandFailure(need + ": " + LabRequirements.advice());
    }
    agree(need, "Install the Debian packages that have it?");
    say("installing what a lab needs; this takes a minute");
    LabRequirements.install();
  }

  private void install() {
    if (!surroundings.isRoot() || !isInstalled("apt-get")) {
      throw new CommandFailure(
          "there is no Docker engine on this machine: install one (on Debian and Ubuntu the package docker.io), then try again");
    }
    agree(
        "there is no Docker engine on this machine",
        "Install the packages docker.io and iptables now?");
    say("installing docker.io and iptables; this takes a minute");
    run("apt-get", "update", "-qq");
    run(
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "docker.io",
        "iptables");
  }

  private void startService() {
    if (!surroundings.isRoot()) {
      throw new CommandFailure(
          "the Docker engine is installed but does not run, or you may not use it: start it as root, and run berth as root or as a member of the group docker");
    }
    say("starting the Docker engine");
    if (Files.isDirectory(Path.of("/run/systemd/system"))) {
      run("systemctl", "start", "docker");
    } else {
      startDaemon();
    }
  }

  /**
   * Without systemd, as in a container, the engine is started as a daemon of its own: the init
   * script of Debian's package raises a limit that such machines do not allow, and then gives up.
   */
  private static void startDaemon() {
    try {
      new ProcessBuilder("setsid", "dockerd")
          .redirectInput(Path.of("/dev/null").toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(ENGINE_LOG.toFile()))
          .start();
    } catch (IOException e) {
      throw new CommandFailure(
          "the Docker engine is installed but cannot be started: %s; start dockerd, then try again"
              .formatted(e.getMessage()),
          e);
    }
  }

  private void agree(String why, String question) {
    if (isAgreed || !surroundings.isTerminal()) {
      return;
    }
    if (!surroundings.confirm(
        Character.toUpperCase(why.charAt(0)) + why.substring(1) + ". " + question)) {
      throw new CommandFailure(why + ", and it is not to be installed: nothing was started");
    }
  }

  private static boolean answers(Path socket) {
    try (UnixConnection connection = UnixConnection.open(socket)) {
      return connection.in() != null;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isInstalled(String program) {
    return Stream.of((surroundings.variable("PATH").orElse("") + ":/usr/sbin:/sbin").split(":"))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private void say(String what) {
    surroundings.err().println("berth: " + what);
    surroundings.err().flush();
  }

  private static void run(String... words) {
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (!process.waitFor(INSTALL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroy();
        throw new CommandFailure(
            "`%s` did not end within %d minutes: run it yourself, then try again"
                .formatted(String.join(" ", words), INSTALL_LIMIT.toMinutes()));
      }
      if (process.exitValue() != 0) {
        throw new CommandFailure(
            "`%s` failed with exit code %d: run it yourself to see why"
                .formatted(String.join(" ", words), process.exitValue()));
      }
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot run `%s`: %s".formatted(String.join(" ", words), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted during `%s`".formatted(String.join(" ", words)), e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while waiting for the Docker engine", e);
    }
  }
}
