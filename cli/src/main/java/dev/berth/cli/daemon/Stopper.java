package dev.berth.cli.daemon;

import dev.berth.agent.network.Guard;
import dev.berth.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops what runs from a data directory, and removes what a process that died left over. */
public final class Stopper {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

  private final DataDirectory data;
  private final PrintWriter out;
  private final Runnable undo;

  public Stopper(DataDirectory data, PrintWriter out) {
    this(data, out, Guard::undo);
  }

  /**
   * The same with another way to take the rules away that an agent leaves on its machine.
   *
   * @param undo runs when this machine was a host of what is stopped
   */
  Stopper(DataDirectory data, PrintWriter out, Runnable undo) {
    this.data = data;
    this.out = out;
    this.undo = undo;
  }

  /** Asks it to stop, and kills it when it has not within the limit. */
  public void stop(Duration limit) {
    Optional<Run> last = data.lastRun();
    if (last.isEmpty()) {
      LabCluster.in(data)
          .ifPresentOrElse(
              this::removeLeftOver, () -> out.println("Nothing runs from " + data.path()));
      out.flush();
      return;
    }
    Run run = last.get();
    Optional<ProcessHandle> process = run.mark().find();
    process.ifPresent(handle -> end(handle, limit));
    run.labDirectory().ifPresent(LabCluster::remove);
    if (run.host()) {
      undo.run();
    }
    data.forgetRun();
    out.println(
        process.isPresent() ? "Berth is down." : "Berth had died; what it left over is gone.");
    out.flush();
  }

  /** What a start that failed has left; not what a start that goes on is just making. */
  private void removeLeftOver(Path lab) {
    try (FileLock _ =
        data.claim()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "a berth process is just starting or stopping in %s: try again in a moment"
                            .formatted(data.path())))) {
      LabCluster.remove(lab);
    } catch (IOException e) {
      throw new CommandFailure("cannot unlock %s: %s".formatted(data.path(), e.getMessage()), e);
    }
    out.println("Nothing ran; the lab that was left over is gone.");
  }

  private void end(ProcessHandle process, Duration limit) {
    process.destroy();
    if (hasEnded(process, limit)) {
      return;
    }
    out.printf(
        "Process %d has not stopped in %d s; killing it%n", process.pid(), limit.toSeconds());
    process.destroyForcibly();
    if (!hasEnded(process, KILL_LIMIT)) {
      throw new CommandFailure(
          "process %d is still there after SIGKILL: look at what holds it, then run `berth down` again"
              .formatted(process.pid()));
    }
  }

  private static boolean hasEnded(ProcessHandle process, Duration limit) {
    try {
      process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot wait for process " + process.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while stopping process " + process.pid(), e);
    }
  }
}
