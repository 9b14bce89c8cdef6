package dev.berth.manager.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.Level;
import dev.berth.common.monitor.SampleCodec;
import dev.berth.common.monitor.Series;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every host that is connected for its sample every 10 s, each on a thread of its own and
 * never twice at once, so that one that is slow holds up nobody. Keeps the newest sample of each,
 * and an hour of the host's own metrics, also while it is not connected: about 26 kB a host, and
 * what its newest sample takes. Any thread may ask.
 */
public final class FleetMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FleetMonitor.class);

  /** A host that was silent for longer is told of without numbers. */
  private static final Duration FRESH = Duration.ofSeconds(45);

  private final Supplier<Collection<Member>> members;
  private final Supplier<Collection<Source>> sources;
  private final InstantSource clock;
  private final Map<HostId, Host> hosts = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * A host of the fleet, whether it is connected or not.
   *
   * @param name which it joined by
   */
  public record Member(HostId id, String name) {}

  /** What is known of a host. */
  private static final class Host {
    private final Series<HostMetric> hour = Series.hour(HostMetric.values());
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private volatile Optional<Received> latest = Optional.empty();
  }

  private record Received(Instant at, HostUse use) {}

  /**
   * For a fleet.
   *
   * @param members all of its hosts, at each moment
   * @param sources those of them that can be asked then
   */
  public FleetMonitor(
      Supplier<Collection<Member>> members,
      Supplier<Collection<Source>> sources,
      InstantSource clock) {
    this.members = members;
    this.sources = sources;
    this.clock = clock;
  }

  /** Begins to ask. */
  public void start() {
    Thread.ofVirtual().name("fleet-monitor").start(this::run);
  }

  private void run() {
    try {
      do {
        ask();
      } while (!closing.await(Series.STEP.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks every host that is not being asked still, and forgets those that have left. */
  void ask() {
    Set<HostId> present = new HashSet<>();
    members.get().forEach(member -> present.add(member.id()));
    for (Source source : sources.get()) {
      if (!present.contains(source.id())) {
        continue;
      }
      Host host = hosts.computeIfAbsent(source.id(), _ -> new Host());
      if (host.isAsked.compareAndSet(false, true)) {
        Thread.ofVirtual().name("monitor-", 0).start(() -> ask(source, host));
      }
    }
    hosts.keySet().retainAll(present);
  }

  private void ask(Source source, Host host) {
    try {
      HostSample sample = SampleCodec.read(source.latest());
      Instant now = clock.instant();
      host.hour.put(now, sample.host());
      host.latest = Optional.of(new Received(now, new HostUse(source.id(), source.name(), sample)));
    } catch (IOException | RuntimeException e) {
      LOG.atDebug().addKeyValue("host", source.name()).setCause(e).log("no sample of a host");
    } finally {
      host.isAsked.set(false);
    }
  }

  /** The hosts with a fresh sample, by name. */
  public List<HostUse> hosts() {
    Instant oldest = clock.instant().minus(FRESH);
    List<HostUse> fresh = new ArrayList<>();
    for (Host host : hosts.values()) {
      host.latest
          .filter(received -> received.at().isAfter(oldest))
          .ifPresent(received -> fresh.add(received.use()));
    }
    fresh.sort(Comparator.comparing(HostUse::name).thenComparing(use -> use.id().value()));
    return fresh;
  }

  /** The hosts of the fleet that have not told of themselves lately, by name. */
  public List<String> silent() {
    Set<HostId> fresh = new HashSet<>();
    hosts().forEach(use -> fresh.add(use.id()));
    return members.get().stream()
        .filter(member -> !fresh.contains(member.id()))
        .map(this::name)
        .sorted()
        .toList();
  }

  /** As the host called itself last, so that it is the same while it is silent. */
  private String name(Member member) {
    return Optional.ofNullable(hosts.get(member.id()))
        .flatMap(known -> known.latest)
        .map(received -> received.use().name())
        .orElse(member.name());
  }

  /** How hard pressed a host is, by its memory or its disk; not at all while that is not known. */
  public Level level(HostId host) {
    return Optional.ofNullable(hosts.get(host))
        .flatMap(known -> known.latest)
        .filter(received -> received.at().isAfter(clock.instant().minus(FRESH)))
        .map(received -> received.use().sample().host())
        .map(
            values ->
                Math.max(
                    values.orZero(HostMetric.MEMORY_LEVEL), values.orZero(HostMetric.DISK_LEVEL)))
        .map(Level::of)
        .orElse(Level.NONE);
  }

  /** All containers of hosts with a fresh sample. */
  public List<ContainerUse> containers() {
    List<ContainerUse> all = new ArrayList<>();
    for (HostUse host : hosts()) {
      host.sample().containers().forEach(each -> all.add(new ContainerUse(host.name(), each)));
    }
    return all;
  }

  /** What each tenant with a running container uses, by name. */
  public List<TenantUse> tenants() {
    Map<String, List<ContainerUse>> byTenant = new TreeMap<>();
    for (ContainerUse container : containers()) {
      if (!container.sample().tenant().isEmpty()) {
        byTenant
            .computeIfAbsent(container.sample().tenant(), _ -> new ArrayList<>())
            .add(container);
      }
    }
    return byTenant.entrySet().stream()
        .map(entry -> TenantUse.of(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** The last hour of a host by its id or name, as this manager saw it. */
  public Optional<JsonNode> hour(String host) {
    return find(host).flatMap(id -> Optional.ofNullable(hosts.get(id))).map(it -> it.hour.hour());
  }

  /** The past that the host's own agent keeps; empty when there is no such host. */
  public Optional<JsonNode> past(String host, String query) throws IOException {
    for (Source source : sources.get()) {
      if (source.id().value().equals(host) || source.name().equals(host)) {
        return Optional.of(source.past(query));
      }
    }
    if (find(host).isPresent()) {
      throw new IOException(
          "host %s is not connected, and only its agent knows more than its last hour: see 'berth host ls'"
              .formatted(host));
    }
    return Optional.empty();
  }

  private Optional<HostId> find(String host) {
    return members.get().stream()
        .filter(member -> member.id().value().equals(host) || name(member).equals(host))
        .map(Member::id)
        .findFirst();
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
