package dev.berth.cli.daemon;

import dev.berth.cli.CommandFailure;
import java.io.PrintWriter;
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

  public Stopper(DataDirectory data, PrintWriter out) {
    this.data = data;
    this.out = out;
  }

  /** Asks it to stop, and kills it when it has not within the limit. */
  public void stop(Duration limit) {
    Optional<Run> last = data.lastRun();
    if (last.isEmpty()) {
      Optional<Path> lab = LabCluster.leftIn(data);
      lab.ifPresent(LabCluster::remove);
      out.println(
          lab.isPresent()
              ? "Nothing ran; the lab that was left over is gone."
              : "Nothing runs from " + data.path());
      out.flush();
      return;
    }
    Run run = last.get();
    Optional<ProcessHandle> process = run.mark().find();
    process.ifPresent(handle -> end(handle, limit));
    run.labDirectory().ifPresent(LabCluster::remove);
    data.forgetRun();
    out.println(
        process.isPresent() ? "Berth is down." : "Berth had died; what it left over is gone.");
    out.flush();
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
