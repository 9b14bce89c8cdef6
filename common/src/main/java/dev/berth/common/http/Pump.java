package dev.berth.common.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Copies bytes between connections. A copy reads no more than it could write, so a slow reader
 * slows its writer and nothing piles up here; what was read is flushed at once.
 */
public final class Pump {
  private static final int BUFFER_BYTES = 64 * 1024;

  /** How long a side that was told the end may take to end its own direction. */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private Pump() {}

  /** Copies until the input ends, and returns the number of bytes. Closes neither. */
  public static long copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long total = 0;
    int count;
    while ((count = in.read(buffer)) >= 0) {
      out.write(buffer, 0, count);
      out.flush();
      total += count;
    }
    return total;
  }

  /**
   * Joins a client and the service that it hijacked, until it is over, and closes both.
   *
   * <p>The end of the client's input is passed on and the service's output still flows: {@code echo
   * x | docker run -i cat} lives on this. The end of the service's output ends the whole, as it
   * does on an engine, after the client had {@link #LINGER} to take what is under way: to close at
   * once with unread input would reset the connection and lose output. A failure on any side ends
   * both.
   */
  public static void join(Connection client, Connection service) {
    Thread upward =
        Thread.ofVirtual()
            .name("pump-up")
            .start(
                () -> {
                  try {
                    copy(client.in(), service.out());
                    service.shutdownOutput();
                  } catch (IOException e) {
                    closeQuietly(service);
                  }
                });
    try {
      copy(service.in(), client.out());
      client.shutdownOutput();
      upward.join(LINGER);
    } catch (IOException e) {
      // The client or the service is gone: closing both below is all that is left to do.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeQuietly(client);
      closeQuietly(service);
    }
  }

  static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is being given up; there is nobody to tell.
    }
  }
}
