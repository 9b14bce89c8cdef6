package dev.berth.manager.cluster;

import dev.berth.common.http.Connection;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * One host's agent, and through it the engine. Keeps a few idle connections. Safe for any thread.
 */
public final class HostLink implements AutoCloseable {
  private static final int MAX_IDLE = 32;
  private static final long MAX_IDLE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int MAX_SMALL_ANSWER_BYTES = 32 * 1024 * 1024;

  /** In which term calls are made; unbound for the newest that is known. */
  private static final ScopedValue<Epoch> TERM = ScopedValue.newInstance();

  private record Idle(HttpCall call, long since) {
    boolean isStale() {
      return System.nanoTime() - since >= MAX_IDLE_NANOS;
    }
  }

  private final HostDescriptor host;
  private final HostId id;
  private final Optional<Subnet> address;
  private final Dialer dialer;
  private final Supplier<Epoch> epoch;
  private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger idleCount = new AtomicInteger();
  private final Set<HttpCall> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  HostLink(HostDescriptor host, Dialer dialer, Supplier<Epoch> epoch) {
    this.host = host;
    this.id = new HostId(host.id());
    this.address = Subnet.address(host.address());
    this.dialer = dialer;
    this.epoch = epoch;
  }

  /**
   * Does a leader's work: calls of engines that this thread makes meanwhile are refused by hosts
   * that follow a later leader.
   */
  public static void inTerm(Epoch term, Runnable work) {
    ScopedValue.where(TERM, term).run(work);
  }

  private Epoch term() {
    return TERM.isBound() ? TERM.get() : epoch.get();
  }

  public HostId id() {
    return id;
  }

  public HostDescriptor descriptor() {
    return host;
  }

  /** Where it is, as a range of that one address; empty when that is told by a name. */
  Optional<Subnet> address() {
    return address;
  }

  /**
   * Sends the head of an engine call: {@code target} is the engine's own path and query. The caller
   * then writes the body, reads the answer, and gives the call back with {@link #release} or closes
   * it.
   */
  public HttpCall begin(String method, String target, Headers headers) throws IOException {
    return send(borrow(), engineHead(method, target, headers));
  }

  private HttpCall send(HttpCall call, RequestHead head) throws IOException {
    try {
      call.send(head);
      return call;
    } catch (IOException e) {
      call.close();
      throw new HostUnreachableException(id, e);
    }
  }

  private RequestHead engineHead(String method, String target, Headers headers) {
    Headers sent = headers.with("Host", "docker").with(AgentApi.EPOCH_HEADER, term().toString());
    return new RequestHead(method, AgentApi.ENGINE + target, sent);
  }

  /**
   * Reads the head of the answer.
   *
   * @throws StaleEpochException when the agent refused the call for its epoch
   * @throws HostUnreachableException when the agent or its engine does not answer
   */
  public ResponseHead receive(HttpCall call) throws IOException {
    ResponseHead head;
    try {
      head = call.receive();
    } catch (IOException e) {
      call.close();
      throw new HostUnreachableException(id, e);
    }
    if (head.headers().first(AgentApi.REFUSED_HEADER).isPresent()) {
      String reason = head.headers().first(AgentApi.REFUSED_HEADER).get();
      release(call);
      if (reason.equals("stale-epoch")) {
        throw new StaleEpochException("host " + id + " follows a later leader; try again");
      }
      throw new HostUnreachableException(id, reason);
    }
    return head;
  }

  /**
   * Makes a small engine call, and reads the whole answer.
   *
   * @param body the JSON to send; empty for none
   * @param timeout how long each wait for the engine may take
   */
  public EngineAnswer call(String method, String target, byte[] body, Duration timeout)
      throws IOException {
    Headers headers =
        body.length == 0 ? Headers.NONE : Headers.of("Content-Type", "application/json");
    return call(method, target, headers, body, timeout);
  }

  /** The same with headers of the caller's. */
  public EngineAnswer call(
      String method, String target, Headers headers, byte[] body, Duration timeout)
      throws IOException {
    HttpCall call = borrow();
    underWay.add(call);
    try {
      return exchange(call, engineHead(method, target, headers), body, timeout);
    } finally {
      underWay.remove(call);
    }
  }

  private EngineAnswer exchange(HttpCall call, RequestHead request, byte[] body, Duration timeout)
      throws IOException {
    try {
      call.readTimeout(timeout);
      call.send(request, body);
    } catch (IOException e) {
      call.close();
      throw new HostUnreachableException(id, e);
    }
    ResponseHead head = receive(call);
    try (InputStream in = call.responseBody()) {
      byte[] answer = in.readNBytes(MAX_SMALL_ANSWER_BYTES);
      if (answer.length == MAX_SMALL_ANSWER_BYTES) {
        throw new IOException("an answer of more than " + MAX_SMALL_ANSWER_BYTES + " bytes");
      }
      release(call);
      return new EngineAnswer(head.status(), answer);
    } catch (IOException e) {
      call.close();
      throw new HostUnreachableException(id, e);
    }
  }

  /** Makes a small engine call without a body. */
  public EngineAnswer call(String method, String target, Duration timeout) throws IOException {
    return call(method, target, new byte[0], timeout);
  }

  /** Asks the agent itself a small question, and reads the whole answer. */
  public EngineAnswer askAgent(String path, Duration timeout) throws IOException {
    return askAgent(new RequestHead("GET", path, Headers.of("Host", "agent")), timeout);
  }

  /** Tells the agent itself something small, on a connection of its own. */
  EngineAnswer tellAgent(String method, String path, byte[] body, Duration timeout)
      throws IOException {
    HttpCall call = dial();
    underWay.add(call);
    try {
      RequestHead head =
          new RequestHead(
              method, path, Headers.of("Host", "agent", "Content-Type", "application/json"));
      return exchange(call, head, body, timeout);
    } finally {
      underWay.remove(call);
    }
  }

  /**
   * Has the agent read something of its engine anew.
   *
   * @param path {@link AgentApi#REFRESH} or {@link AgentApi#REFRESH_LISTS}, with its query
   * @return the number of the feed's message by which that is told
   */
  long refresh(String path, Duration timeout) throws IOException {
    EngineAnswer answer =
        askAgent(new RequestHead("POST", path, Headers.of("Host", "agent")), timeout);
    if (!answer.isOk()) {
      throw new IOException(answer.message());
    }
    return answer.json().path("seq").asLong();
  }

  /** Asked once more on a new connection when a kept one turns out to be dead. */
  private EngineAnswer askAgent(RequestHead head, Duration timeout) throws IOException {
    Optional<HttpCall> kept = kept();
    if (kept.isPresent()) {
      try {
        return ask(kept.get(), head, timeout);
      } catch (HostUnreachableException e) {
        if (e.getCause() instanceof SocketTimeoutException) {
          throw e;
        }
      }
    }
    return ask(dial(), head, timeout);
  }

  private EngineAnswer ask(HttpCall call, RequestHead head, Duration timeout) throws IOException {
    underWay.add(call);
    try {
      return exchange(call, head, new byte[0], timeout);
    } finally {
      underWay.remove(call);
    }
  }

  /** A call to the agent itself, on a connection of its own that the caller closes. */
  HttpCall agentCall(String method, String path, Headers headers) throws IOException {
    return send(dial(), new RequestHead(method, path, headers.with("Host", "agent")));
  }

  /** The same for a call that only the newest leader's epoch allows. */
  HttpCall mutatingAgentCall(String method, String path, Headers headers) throws IOException {
    return agentCall(method, path, headers.with(AgentApi.EPOCH_HEADER, term().toString()));
  }

  /** While a long call is in there, it ends when this host is found not to answer. */
  public final class UntilLost implements AutoCloseable {
    private final HttpCall call;

    private UntilLost(HttpCall call) {
      this.call = call;
      underWay.add(call);
    }

    @Override
    public void close() {
      underWay.remove(call);
    }
  }

  /** Has a call end when this host is found not to answer. */
  public UntilLost untilLost(HttpCall call) {
    return new UntilLost(call);
  }

  /** Takes back a call whose answer was read to its end; one that was not is closed. */
  public void release(HttpCall call) {
    try {
      if (!closed && call.isReusable() && idleCount.get() < MAX_IDLE) {
        call.readTimeout(Duration.ZERO);
        idleCount.incrementAndGet();
        idle.push(new Idle(call, System.nanoTime()));
        return;
      }
      call.close();
    } catch (IOException e) {
      // A connection that cannot be used again is only dropped.
    }
  }

  private HttpCall borrow() throws IOException {
    Optional<HttpCall> kept = kept();
    return kept.isPresent() ? kept.get() : dial();
  }

  private Optional<HttpCall> kept() throws IOException {
    Idle next;
    while ((next = idle.poll()) != null) {
      idleCount.decrementAndGet();
      if (!next.isStale()) {
        return Optional.of(next.call());
      }
      next.call().close();
    }
    return Optional.empty();
  }

  /** Closes what has been idle for too long: a fleet has many hosts, and each holds files open. */
  void dropStale() {
    Idle oldest = idle.peekLast();
    while (oldest != null && oldest.isStale()) {
      if (idle.remove(oldest)) {
        idleCount.decrementAndGet();
        closeQuietly(oldest.call());
      }
      oldest = idle.peekLast();
    }
  }

  private static void closeQuietly(HttpCall call) {
    try {
      call.close();
    } catch (IOException e) {
      // Dropped either way.
    }
  }

  private HttpCall dial() throws IOException {
    if (closed) {
      throw new HostUnreachableException(id, "it has left the cluster");
    }
    try {
      Connection connection = dialer.dial(host);
      return new HttpCall(connection);
    } catch (HostUnreachableException e) {
      throw e;
    } catch (IOException e) {
      throw new HostUnreachableException(id, e);
    }
  }

  /** Drops idle connections: the agent behind them may be a new one. */
  void reset() {
    Idle next;
    while ((next = idle.poll()) != null) {
      idleCount.decrementAndGet();
      closeQuietly(next.call());
    }
  }

  /**
   * Ends the small calls that wait for this host, which was found not to answer: their callers are
   * told now, not when their own patience ends.
   */
  void giveUp() {
    reset();
    for (HttpCall call : underWay) {
      try {
        call.close();
      } catch (IOException e) {
        // Who waits for it is told either way.
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    giveUp();
  }
}
