package dev.berth.manager.monitor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What happened to hosts while this manager ran: the newest {@value #KEPT}, in memory. Safe for any
 * thread.
 */
public final class FleetEvents {
  static final int KEPT = 4096;
  static final int BEHIND = 1024;

  private final Deque<FleetEvent> newest = new ArrayDeque<>();
  private final List<Tail> tails = new CopyOnWriteArrayList<>();

  /** Tells of an event. */
  void add(FleetEvent event) {
    synchronized (newest) {
      if (newest.size() == KEPT) {
        newest.removeFirst();
      }
      newest.addLast(event);
      tails.forEach(tail -> tail.offer(event));
    }
  }

  /** Those that are wanted, the oldest first. */
  public List<FleetEvent> past(Predicate<FleetEvent> wanted) {
    synchronized (newest) {
      return new ArrayList<>(newest.stream().filter(wanted).toList());
    }
  }

  /** Those that are wanted, and after them what comes. Close it when done. */
  public Tail follow(Predicate<FleetEvent> wanted) {
    synchronized (newest) {
      Tail tail = new Tail(past(wanted), wanted);
      tails.add(tail);
      return tail;
    }
  }

  /**
   * The events for one reader. A reader that falls {@value #BEHIND} events behind gets no more. Of
   * one thread.
   */
  public final class Tail implements AutoCloseable {
    private final List<FleetEvent> past;
    private final Predicate<FleetEvent> wanted;
    private final BlockingQueue<FleetEvent> queue = new ArrayBlockingQueue<>(BEHIND);
    private volatile boolean fellBehind;

    private Tail(List<FleetEvent> past, Predicate<FleetEvent> wanted) {
      this.past = past;
      this.wanted = wanted;
    }

    private void offer(FleetEvent event) {
      if (wanted.test(event) && !queue.offer(event)) {
        fellBehind = true;
        close();
      }
    }

    /** What had happened before. */
    public List<FleetEvent> past() {
      return past;
    }

    /** The next one, if it comes in time. */
    public Optional<FleetEvent> next(long millis) throws InterruptedException {
      return Optional.ofNullable(queue.poll(millis, TimeUnit.MILLISECONDS));
    }

    /** Whether events were left out because those before were not taken. */
    public boolean hasFallenBehind() {
      return fellBehind && queue.isEmpty();
    }

    @Override
    public void close() {
      tails.remove(this);
    }
  }
}
