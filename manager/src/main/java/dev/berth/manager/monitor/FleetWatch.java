package dev.berth.manager.monitor;

import dev.berth.common.id.HostId;
import dev.berth.common.monitor.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every host each second and tells what has changed since. What is there at the first look
 * is not told: it is how the manager found it.
 */
public final class FleetWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FleetWatch.class);
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final double HUNDRED = 100;

  private final Supplier<List<HostLook>> hosts;
  private final FleetEvents events;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);

  // Of the one thread.
  private Optional<Map<HostId, HostLook>> before = Optional.empty();

  public FleetWatch(Supplier<List<HostLook>> hosts, FleetEvents events, InstantSource clock) {
    this.hosts = hosts;
    this.events = events;
    this.clock = clock;
  }

  /** Begins to look. */
  public void start() {
    Thread.ofVirtual().name("fleet-watch").start(this::run);
  }

  private void run() {
    try {
      do {
        try {
          look();
        } catch (RuntimeException e) {
          LOG.atWarn().setCause(e).log("the hosts were not looked at; trying again");
        }
      } while (!closing.await(ROUND.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells what has changed since the last look. */
  void look() {
    Map<HostId, HostLook> now = new HashMap<>();
    for (HostLook host : hosts.get()) {
      now.put(host.id(), told(host));
    }
    before.ifPresent(
        known ->
            known.values().stream()
                .filter(host -> !now.containsKey(host.id()))
                .forEach(host -> tell(host, FleetEvent.HOST, "removed", "")));
    before = Optional.of(now);
  }

  /** The host as it is remembered: what is not known of it now is as it was. */
  private HostLook told(HostLook host) {
    Optional<HostLook> last = before.map(known -> known.get(host.id()));
    if (before.isPresent() && last.isEmpty()) {
      tell(host, FleetEvent.HOST, "joined", "");
    }
    if (last.isPresent() && !last.get().state().equals(host.state())) {
      tell(host, FleetEvent.HOST, host.state(), "was " + last.get().state());
    }
    return new HostLook(
        host.id(),
        host.name(),
        host.state(),
        pressed(host, "memory", last.flatMap(HostLook::memory), host.memory()),
        pressed(host, "disk", last.flatMap(HostLook::disk), host.disk()));
  }

  /** Every host begins without pressure, so that a manager that starts tells of what presses. */
  private Optional<HostLook.Pressed> pressed(
      HostLook host, String what, Optional<HostLook.Pressed> last, Optional<HostLook.Pressed> now) {
    if (now.isEmpty()) {
      return last;
    }
    Level level = last.map(HostLook.Pressed::level).orElse(Level.NONE);
    if (now.get().level() != level) {
      tell(
          host,
          FleetEvent.PRESSURE,
          now.get().level().name().toLowerCase(Locale.ROOT),
          String.format(Locale.ROOT, "%s %.0f %%", what, now.get().share() * HUNDRED));
    }
    return now;
  }

  private void tell(HostLook host, String type, String action, String detail) {
    events.add(new FleetEvent(clock.instant(), type, action, host.id(), host.name(), detail));
    LOG.atInfo()
        .addKeyValue("host", host.name())
        .addKeyValue("type", type)
        .addKeyValue("action", action)
        .addKeyValue("detail", detail)
        .log("something has changed at a host");
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
