package dev.berth.manager.monitor;

import dev.berth.common.http.HttpServer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a manager's listeners are asked. Safe for any thread. */
public final class Requests {
  private static final double NANO = 1e9;

  private final LongAdder begun = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final AtomicInteger underWay = new AtomicInteger();

  /** The same handler, counted. */
  public HttpServer.Handler around(HttpServer.Handler handler) {
    return exchange -> {
      begun.increment();
      underWay.incrementAndGet();
      long start = System.nanoTime();
      try {
        handler.handle(exchange);
      } finally {
        nanos.add(System.nanoTime() - start);
        underWay.decrementAndGet();
      }
    };
  }

  long begun() {
    return begun.sum();
  }

  /** How long those that have ended took, streams among them. */
  double seconds() {
    return nanos.sum() / NANO;
  }

  int underWay() {
    return underWay.get();
  }
}
