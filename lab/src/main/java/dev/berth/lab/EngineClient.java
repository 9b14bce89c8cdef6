package dev.berth.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The few questions the lab has for an engine, one connection each. Speaks HTTP/1.0, so that an
 * answer ends where the connection does and needs no decoding.
 */
record EngineClient(Path socket) {

  record Answer(int status, String body) {}

  /** Whether the engine serves its API by now. */
  boolean ping(Duration limit) {
    try {
      return request("GET", "/_ping", limit).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  Answer request(String method, String path, Duration limit) throws IOException {
    return exchange(
        "%s %s HTTP/1.0\r\nHost: engine\r\n\r\n".formatted(method, path), Body.NONE, limit);
  }

  Answer postJson(String path, String json, Duration limit) throws IOException {
    byte[] bytes = json.getBytes(UTF_8);
    return exchange(
        postHead(path, "application/json", bytes.length), out -> out.write(bytes), limit);
  }

  Answer postTar(String path, Path tar, Duration limit) throws IOException {
    return exchange(
        postHead(path, "application/x-tar", Files.size(tar)), out -> Files.copy(tar, out), limit);
  }

  private static String postHead(String path, String type, long length) {
    return "POST %s HTTP/1.0\r\nHost: engine\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
        .formatted(path, type, length);
  }

  private Answer exchange(String head, Body body, Duration limit) throws IOException {
    CountDownLatch done = new CountDownLatch(1);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      // A blocking read of a unix socket has no time limit of its own; closing the channel ends it.
      Thread.ofVirtual().name("lab-engine-limit").start(() -> closeAfter(limit, done, channel));
      OutputStream out = Channels.newOutputStream(channel);
      out.write(head.getBytes(US_ASCII));
      body.writeTo(out);
      try (InputStream in = Channels.newInputStream(channel)) {
        return parse(new String(in.readAllBytes(), UTF_8));
      }
    } finally {
      done.countDown();
    }
  }

  private static void closeAfter(Duration limit, CountDownLatch done, SocketChannel channel) {
    try {
      if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        channel.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // The channel is closed either way.
    }
  }

  private static Answer parse(String text) throws IOException {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.startsWith("HTTP/1.") || text.length() < 12) {
      throw new IOException("the engine closed the connection without an answer");
    }
    return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(end + 4));
  }

  @FunctionalInterface
  private interface Body {
    Body NONE = out -> {};

    void writeTo(OutputStream out) throws IOException;
  }
}
