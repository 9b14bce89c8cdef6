package dev.berth.manager.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class AuditWriterTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final AuditQuery ALL =
      new AuditQuery(Map.of(), Optional.empty(), Optional.empty(), 10);

  /** A disk that can be slow or full. */
  private static final class Disk implements AuditWriter.Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile boolean isFull;
    private volatile CountDownLatch busy = new CountDownLatch(0);

    @Override
    public void append(byte[] lines) throws IOException {
      try {
        if (!busy.await(30, TimeUnit.SECONDS)) {
          throw new IOException("nobody let go");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (isFull) {
        throw new IOException("No space left on device");
      }
      bytes.writeBytes(lines);
    }

    @Override
    public void sync() {}

    @Override
    public void close() {}

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }

  private final Disk disk = new Disk();

  @Test
  void who_waits_has_its_line_in_the_file() throws IOException {
    try (AuditWriter writer = AuditWriter.start(disk, 8, PATIENCE)) {
      assertThat(writer.write("{\"a\":1}", true)).isTrue();
      assertThat(disk.text()).isEqualTo("{\"a\":1}\n");
    }
  }

  @Test
  void what_nobody_waited_for_is_written_before_the_end() throws IOException {
    try (AuditWriter writer = AuditWriter.start(disk, 64, PATIENCE)) {
      for (int i = 0; i < 50; i++) {
        assertThat(writer.write("{}", false)).isTrue();
      }
    }
    assertThat(disk.text().lines()).hasSize(50);
  }

  @Test
  void a_full_disk_is_told_and_counted_and_healed_by_the_next_line() throws IOException {
    try (AuditWriter writer = AuditWriter.start(disk, 8, PATIENCE)) {
      disk.isFull = true;
      assertThat(writer.write("{}", true)).isFalse();
      assertThat(writer.isHealthy()).isFalse();
      assertThat(writer.lost()).isEqualTo(1);
      disk.isFull = false;
      assertThat(writer.write("{}", true)).isTrue();
      assertThat(writer.isHealthy()).isTrue();
      assertThat(writer.lost()).isEqualTo(1);
    }
  }

  @Test
  void a_full_queue_holds_who_comes_for_a_while_and_then_counts_the_line_as_lost()
      throws IOException {
    try (AuditWriter writer = AuditWriter.start(disk, 2, PATIENCE)) {
      disk.busy = new CountDownLatch(1);
      assertThat(writer.write("{\"n\":1}", true)).isFalse();
      assertThat(writer.write("{\"n\":2}", false)).isTrue();
      assertThat(writer.write("{\"n\":3}", false)).isTrue();
      long begin = System.nanoTime();
      assertThat(writer.write("{\"n\":4}", false)).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(PATIENCE);
      assertThat(writer.lost()).isEqualTo(1);
      disk.busy.countDown();
      Awaitility.await().until(() -> disk.text().lines().count() == 3);
    }
  }

  @Test
  void who_follows_gets_what_is_written_and_a_slow_one_is_told_so() throws Exception {
    try (AuditWriter writer = AuditWriter.start(disk, 8, PATIENCE);
        AuditTail tail = new AuditTail(ALL, writer::leave)) {
      writer.follow(tail);
      writer.write("{\"n\":1}", true);
      assertThat(tail.next(5_000)).hasValue("{\"n\":1}");
      for (int i = 0; i <= AuditTail.BEHIND; i++) {
        tail.offer("{}");
      }
      assertThat(tail.hasFallenBehind()).isTrue();
    }
  }
}
