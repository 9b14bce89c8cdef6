package dev.berth.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** One step on several hosts at the same time. */
final class Together {

  private Together() {}

  /**
   * Returns when the step has ended on every host; only then is the first failure thrown, so that
   * no host is left in mid-step.
   */
  static void run(List<LabHost> hosts, Consumer<LabHost> step) {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      hosts.forEach(host -> running.add(threads.submit(() -> step.accept(host))));
    }
    for (Future<?> each : running) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof LabException failure
            ? failure
            : new LabException("a lab host failed: " + e.getCause(), e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LabException("interrupted while waiting on the lab's hosts", e);
      }
    }
  }
}
