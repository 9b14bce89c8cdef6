package dev.berth.manager.audit;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The lines that are written from now on, for one reader. A reader that falls {@value #BEHIND}
 * lines behind gets no more. Close it when done.
 */
public final class AuditTail implements AutoCloseable {
  static final int BEHIND = 4096;

  private final AuditQuery query;
  private final Consumer<AuditTail> leave;
  private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(BEHIND);
  private volatile boolean fellBehind;

  AuditTail(AuditQuery query, Consumer<AuditTail> leave) {
    this.query = query;
    this.leave = leave;
  }

  void offer(String line) {
    if (query.matches(line) && !queue.offer(line)) {
      fellBehind = true;
      close();
    }
  }

  /** The next line, if one comes in time. */
  public Optional<String> next(long millis) throws InterruptedException {
    return Optional.ofNullable(queue.poll(millis, TimeUnit.MILLISECONDS));
  }

  /** Whether lines were left out because those before were not taken. */
  public boolean hasFallenBehind() {
    return fellBehind;
  }

  @Override
  public void close() {
    leave.accept(this);
  }
}
