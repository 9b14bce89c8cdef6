package dev.berth.manager.cluster;

import dev.berth.common.http.Connection;
import dev.berth.common.record.ManagerRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Another manager, which says the same to all, and remembers what it was asked. */
final class FakeLeader implements ManagerDialer {
  private final List<ByteArrayOutputStream> questions = new CopyOnWriteArrayList<>();
  private volatile String answer = "";

  void answers(int status, String body) {
    answer =
        "HTTP/1.1 %d Said\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(status, body.length(), body);
  }

  boolean wasAsked(String call, String word) {
    return questions.stream()
        .map(each -> each.toString(StandardCharsets.UTF_8))
        .anyMatch(each -> each.startsWith("POST " + call) && each.contains(word));
  }

  @Override
  public Connection dial(ManagerRecord manager) {
    ByteArrayOutputStream question = new ByteArrayOutputStream();
    questions.add(question);
    return new Line(new ByteArrayInputStream(answer.getBytes(StandardCharsets.US_ASCII)), question);
  }

  private record Line(InputStream in, OutputStream out) implements Connection {
    @Override
    public void shutdownOutput() {}

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public void close() {}
  }
}
