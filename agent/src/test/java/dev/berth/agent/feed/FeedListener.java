package dev.berth.agent.feed;

import com.fasterxml.jackson.databind.MappingIterator;
import dev.berth.agent.ManagerSide;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.wire.AgentApi;
import dev.berth.common.wire.FeedCodec;
import dev.berth.common.wire.FeedMessage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A manager that follows a feed and keeps what it hears, and when. */
final class FeedListener implements AutoCloseable {

  /** A message and the time at which it was there, of {@link System#nanoTime}. */
  record Heard(FeedMessage message, long nanos) {}

  private final HttpCall call;
  private final List<Heard> heard = new CopyOnWriteArrayList<>();

  private FeedListener(HttpCall call) {
    this.call = call;
  }

  /** Opens a feed; its head has come. */
  static HttpCall open(ManagerSide manager) throws IOException {
    HttpCall call = manager.dial();
    call.send(new RequestHead("GET", AgentApi.FEED, Headers.of("Host", "agent")));
    ResponseHead head = call.receive();
    if (head.status() != 200) {
      throw new IOException("the feed answers " + head.status());
    }
    return call;
  }

  static FeedListener follow(ManagerSide manager) throws IOException {
    FeedListener listener = new FeedListener(open(manager));
    Thread.ofVirtual().start(listener::read);
    return listener;
  }

  private void read() {
    try (MappingIterator<FeedMessage> messages = new FeedCodec().read(call.responseBody())) {
      while (messages.hasNextValue()) {
        FeedMessage message = messages.nextValue();
        heard.add(new Heard(message, System.nanoTime()));
      }
    } catch (IOException | RuntimeException e) {
      // The test is over, or waits in vain and says for what.
    }
  }

  List<Heard> heard() {
    return heard;
  }

  List<FeedMessage> messages() {
    return heard.stream().map(Heard::message).toList();
  }

  boolean has(Predicate<FeedMessage> what) {
    return messages().stream().anyMatch(what);
  }

  @Override
  public void close() throws IOException {
    call.close();
  }
}
