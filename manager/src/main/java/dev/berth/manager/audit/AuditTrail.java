package dev.berth.manager.audit;

import dev.berth.common.http.Exchange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * The audit log of one manager: a line for each call that changes something and for each refusal,
 * in {@code audit/audit.jsonl} of its directory. Safe for any thread.
 */
public final class AuditTrail implements AutoCloseable {
  private static final int ROOM = 4096;
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int SEARCHES = 2;

  private final Optional<AuditWriter> writer;
  private final boolean required;
  private final AuditReader reader;
  private final Repeats repeats;
  private final InstantSource clock;
  private final Semaphore searches = new Semaphore(SEARCHES);

  private AuditTrail(
      Optional<AuditWriter> writer, boolean required, Path directory, InstantSource clock) {
    this.writer = writer;
    this.required = required;
    this.reader = new AuditReader(directory);
    this.repeats = new Repeats(clock);
    this.clock = clock;
  }

  /** The log of the manager whose data directory this is. */
  public static AuditTrail open(Path data, AuditConfig config, InstantSource clock) {
    Path directory = data.resolve("audit");
    Optional<AuditWriter> writer =
        config.on()
            ? Optional.of(
                AuditWriter.start(
                    new AuditFile(directory, config.maxSize(), config.files()), ROOM, PATIENCE))
            : Optional.empty();
    return new AuditTrail(writer, config.required(), directory, clock);
  }

  /** One that keeps nothing. */
  public static AuditTrail none() {
    return new AuditTrail(Optional.empty(), false, Path.of(""), InstantSource.system());
  }

  /** Follows a request from now on. */
  public Trace begin(Exchange exchange, String requestId) {
    Trace trace = new Trace(this, exchange, requestId, clock);
    if (writer.isPresent()) {
      exchange.watchAnswer(trace);
    }
    return trace;
  }

  public boolean isOn() {
    return writer.isPresent();
  }

  /** Whether nothing may be changed now, because it could not be written down. */
  boolean isStopped() {
    return required && writer.filter(AuditWriter::isHealthy).isEmpty() && writer.isPresent();
  }

  /** How many lines could not be written since the manager started. */
  public long lost() {
    return writer.map(AuditWriter::lost).orElse(0L);
  }

  OptionalLong repeated(String kind) {
    return repeats.admit(kind);
  }

  void write(String line, boolean await) {
    writer.ifPresent(to -> to.write(line, await));
  }

  /**
   * The newest lines that are asked for, the oldest of them first; empty when as many searches as
   * are let go on already.
   */
  public Optional<List<String>> find(AuditQuery query) throws IOException {
    if (!searches.tryAcquire()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.find(query));
    } finally {
      searches.release();
    }
  }

  /** The lines from now on; empty when there is no log. */
  public Optional<AuditTail> follow(AuditQuery query) {
    return writer.map(
        from -> {
          AuditTail tail = new AuditTail(query, from::leave);
          from.follow(tail);
          return tail;
        });
  }

  @Override
  public void close() throws IOException {
    if (writer.isPresent()) {
      writer.get().close();
    }
  }
}
