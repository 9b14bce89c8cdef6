package dev.berth.common.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A byte stream in each direction that can be ended one direction at a time.
 *
 * <p>One thread may read while another writes; {@link #close()} may be called by any thread and
 * ends a read or write that is under way with an {@link IOException}. Output is not buffered.
 */
public interface Connection extends Closeable {

  InputStream in();

  OutputStream out();

  /**
   * Tells the other side that no more bytes will come, as a FIN or as a TLS 1.3 close_notify; bytes
   * can still arrive from it.
   */
  void shutdownOutput() throws IOException;

  /**
   * Bounds each later read; zero means no bound. A read that takes longer fails with {@link
   * java.net.SocketTimeoutException}.
   */
  void readTimeout(Duration timeout) throws IOException;
}
