package dev.berth.agent.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A unix socket that answers every connection with the same bytes once it has read a head, closes
 * it, and keeps what arrived: for what a real engine cannot be made to do or to show.
 */
final class ScriptedSocket implements AutoCloseable {
  private final Path directory;
  private final ServerSocketChannel listener;
  private final String answer;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private volatile boolean ended;

  ScriptedSocket(String answer) throws IOException {
    this.answer = answer;
    directory = Files.createTempDirectory(Path.of("/tmp"), "berth-script");
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(path()));
    Thread.ofVirtual().start(this::run);
  }

  Path path() {
    return directory.resolve("socket");
  }

  private void run() {
    while (listener.isOpen()) {
      try (SocketChannel channel = listener.accept()) {
        InputStream in = Channels.newInputStream(channel);
        while (!received().contains("\r\n\r\n")) {
          receive(in);
        }
        if (answer.isEmpty() && received().contains("chunked")) {
          while (receive(in)) {
            // Reads on until the other side ends it.
          }
        }
        channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
      } catch (IOException e) {
        // The next one.
      }
      ended = true;
    }
  }

  private boolean receive(InputStream in) throws IOException {
    byte[] buffer = new byte[8192];
    int count = in.read(buffer);
    if (count > 0) {
      synchronized (received) {
        received.write(buffer, 0, count);
      }
    }
    return count >= 0;
  }

  String received() {
    synchronized (received) {
      return received.toString(StandardCharsets.US_ASCII);
    }
  }

  /** Whether a connection was answered and closed. */
  boolean ended() {
    return ended;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(path());
    Files.delete(directory);
  }
}
