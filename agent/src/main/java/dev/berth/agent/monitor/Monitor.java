package dev.berth.agent.monitor;

import dev.berth.common.id.ContainerId;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.ContainerSample;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.Series;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a sample every 10 s and keeps the past: for each of at most 1000 containers about 21 kB,
 * and 46 kB for the host. A container's past goes with it. Any thread may ask.
 */
public final class Monitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
  private static final int MAX_SERIES = 1000;

  private final Sampler sampler;
  private final Supplier<Collection<ContainerState>> containers;
  private final Series<HostMetric> host = Series.hourAndDay(HostMetric.values());
  private final Map<ContainerId, Series<ContainerMetric>> past = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Optional<HostSample> latest = Optional.empty();

  private Monitor(Sampler sampler, Supplier<Collection<ContainerState>> containers) {
    this.sampler = sampler;
    this.containers = containers;
  }

  /** Starts to take samples. */
  public static Monitor start(Sampler sampler, Supplier<Collection<ContainerState>> containers) {
    Monitor monitor = new Monitor(sampler, containers);
    Thread.ofVirtual().name("monitor").start(monitor::run);
    return monitor;
  }

  /** The newest sample; empty in the first moment. */
  public Optional<HostSample> latest() {
    return latest;
  }

  Series<HostMetric> host() {
    return host;
  }

  /** The past of a container that runs. */
  Optional<Series<ContainerMetric>> past(ContainerId container) {
    return Optional.ofNullable(past.get(container));
  }

  private void run() {
    try {
      do {
        try {
          keep(sampler.sample(containers.get()));
        } catch (RuntimeException e) {
          LOG.atWarn().setCause(e).log("a sample could not be taken");
        }
      } while (!closing.await(Series.STEP.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep(HostSample sample) {
    latest = Optional.of(sample);
    host.put(sample.at(), sample.host());
    Set<ContainerId> present = new HashSet<>();
    for (ContainerSample container : sample.containers()) {
      if (present.size() < MAX_SERIES) {
        present.add(container.id());
        past.computeIfAbsent(container.id(), _ -> Series.hourAndDay(ContainerMetric.values()))
            .put(sample.at(), container.values());
      }
    }
    past.keySet().retainAll(present);
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
