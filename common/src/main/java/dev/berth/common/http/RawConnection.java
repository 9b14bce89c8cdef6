package dev.berth.common.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** What is left of a connection after its last HTTP head: bytes both ways, buffered ones first. */
record RawConnection(Connection connection, InputStream in) implements Connection {

  @Override
  public OutputStream out() {
    return connection.out();
  }

  @Override
  public void shutdownOutput() throws IOException {
    connection.shutdownOutput();
  }

  @Override
  public void readTimeout(Duration timeout) throws IOException {
    connection.readTimeout(timeout);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
