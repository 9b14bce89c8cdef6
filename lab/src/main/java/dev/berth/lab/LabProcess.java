package dev.berth.lab;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs on a lab host. It dies with the host's power and with the lab. Any thread may
 * use it.
 */
public final class LabProcess {

  private final ProcessId id;
  private final Optional<Process> launcher;

  private LabProcess(ProcessId id, Optional<Process> launcher) {
    this.id = id;
    this.launcher = launcher;
  }

  /**
   * One that was started by this Java process: {@code launcher} waits for it and ends as it does.
   */
  static LabProcess started(ProcessId id, Process launcher) {
    return new LabProcess(id, Optional.of(launcher));
  }

  /** One that an earlier process started. */
  static LabProcess found(ProcessId id) {
    return new LabProcess(id, Optional.empty());
  }

  /** The pid as the machine knows it; on the host itself the process has another. */
  public long pid() {
    return id.pid();
  }

  public boolean isAlive() {
    return id.isAlive();
  }

  /** Asks it to end (SIGTERM). */
  public void terminate() {
    id.terminate();
  }

  /** Kills it (SIGKILL); what it started lives on. */
  public void kill() {
    id.kill();
  }

  /** Stops it where it is (SIGSTOP): alive, with its connections open, and silent. */
  public void pause() {
    signal("-STOP", id);
  }

  /** Lets it run on after {@link #pause()}. */
  public void resume() {
    // nsenter, which waits for it, stops itself when it sees its child stopped, and then would not
    // see its end.
    signal("-CONT", id);
    signal("-CONT", id.parent());
  }

  /** Whether it ended within the limit. */
  public boolean awaitExit(Duration limit) {
    return Patience.await(limit, () -> !id.isAlive());
  }

  /**
   * How it ended: its exit code, or 128 and the signal's number. Empty while it runs, and for a
   * process that this Java process did not start.
   */
  public OptionalInt exitCode() {
    if (launcher.isEmpty() || id.isAlive()) {
      return OptionalInt.empty();
    }
    try {
      // The launcher sees the end a moment later than the process table.
      return launcher.get().waitFor(5, TimeUnit.SECONDS)
          ? OptionalInt.of(launcher.get().exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }

  ProcessId id() {
    return id;
  }

  private static void signal(String name, ProcessId process) {
    if (process.isAlive()) {
      Command.run(List.of("busybox", "kill", name, Long.toString(process.pid())));
    }
  }
}
