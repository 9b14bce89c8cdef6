package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Connection;
import dev.berth.common.record.ManagerRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader that answers once on each connection, and then no more in time. */
final class RemotePlacerTest {
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();
  private static final String QUESTION = "/placer/question";

  private final ByteArrayOutputStream asked = new ByteArrayOutputStream();
  private final List<Duration> patience = new ArrayList<>();
  private String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

  private final RemotePlacer leader =
      new RemotePlacer(new ManagerRecord("m2", "127.0.0.1", 1), _ -> new Line());

  private int times(String call) {
    return asked.toString(StandardCharsets.UTF_8).split("POST " + call + " ", -1).length - 1;
  }

  @Test
  void a_question_that_takes_long_is_waited_for_and_not_asked_again() throws Exception {
    leader.tell(PlacerWire.HELD, NOTHING);
    answer = "";

    assertThatThrownBy(() -> leader.question(QUESTION, NOTHING))
        .isInstanceOf(SocketTimeoutException.class);

    assertThat(times(QUESTION)).isEqualTo(1);
    assertThat(patience.getLast()).isGreaterThan(Duration.ofMinutes(1));
  }

  @Test
  void what_is_told_over_a_connection_that_answers_no_more_is_told_over_another() throws Exception {
    leader.tell(PlacerWire.HELD, NOTHING);
    leader.tell(PlacerWire.RELEASE, NOTHING);

    assertThat(times(PlacerWire.RELEASE)).isEqualTo(2);
  }

  private final class Line implements Connection {
    private final InputStream in =
        new SequenceInputStream(
            new ByteArrayInputStream(answer.getBytes(StandardCharsets.US_ASCII)), new Silence());

    @Override
    public InputStream in() {
      return in;
    }

    @Override
    public OutputStream out() {
      return asked;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void readTimeout(Duration timeout) {
      patience.add(timeout);
    }

    @Override
    public void close() {}
  }

  private static final class Silence extends InputStream {
    @Override
    public int read() throws IOException {
      throw new SocketTimeoutException("Read timed out");
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      throw new SocketTimeoutException("Read timed out");
    }
  }
}
