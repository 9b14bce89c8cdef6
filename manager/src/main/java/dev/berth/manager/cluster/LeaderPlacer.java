package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.resource.Resources;
import dev.berth.manager.view.View;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.Host;
import dev.berth.scheduler.Placement;
import dev.berth.scheduler.Port;
import dev.berth.scheduler.Request;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Places containers while this manager leads. The scheduler's fleet is made anew from the records
 * at the begin of each term, and has one writer at a time: who holds the lock.
 */
public final class LeaderPlacer implements Placer, Leadership.Listener, Hosts.Listener {
  private static final Duration FOR_A_LEADER = Duration.ofSeconds(10);

  private final ContainerRecords records;
  private final Hosts hosts;
  private final View view;
  private final PortRange openPorts;
  private final Predicate<Port> offerable;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition begun = lock.newCondition();

  // Guarded by the lock.
  private Optional<Epoch> term = Optional.empty();
  private Fleet fleet = new Fleet();

  /**
   * Leads nothing yet.
   *
   * @param openPorts those of hosts that are given to containers that leave them open
   * @param offerable whether the endpoint has such a port free, too
   */
  public LeaderPlacer(
      ContainerRecords records,
      Hosts hosts,
      View view,
      PortRange openPorts,
      Predicate<Port> offerable,
      RandomGenerator random) {
    this.records = records;
    this.hosts = hosts;
    this.view = view;
    this.openPorts = openPorts;
    this.offerable = offerable;
    this.random = random;
  }

  @Override
  public void begin(Epoch epoch) throws Exception {
    Fleet fresh = new Fleet();
    hosts.links().forEach(link -> fresh.put(host(link.descriptor(), true)));
    for (ContainerRecord record : records.all()) {
      Optional<ContainerRecord> whole = records.readWhole(record);
      if (whole.isPresent()) {
        fresh.reserve(
            new HostId(record.host()),
            request(new RecordId(record.id()), whole.get().spec(), Set.of()));
      }
    }
    lock.lock();
    try {
      fleet = fresh;
      term = Optional.of(epoch);
      begun.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void end() {
    lock.lock();
    try {
      term = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void hostJoined(HostLink link) {
    lock.lock();
    try {
      fleet.put(host(link.descriptor(), true));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void hostLeft(HostId id) {
    lock.lock();
    try {
      fleet.host(id).ifPresent(host -> fleet.put(host.withHealthy(false)));
    } finally {
      lock.unlock();
    }
  }

  private static Host host(HostDescriptor descriptor, boolean healthy) {
    return new Host(
        new HostId(descriptor.id()),
        Resources.ofHost(descriptor.cpus(), descriptor.memory()),
        healthy);
  }

  @Override
  public Placed place(Wanted wanted) throws RefusedPlacementException, NoLeaderException {
    lock.lock();
    try {
      Epoch epoch = awaitTerm();
      markLostHosts();
      ObjectNode body =
          PublishedPorts.assign(
              wanted.body(),
              openPorts,
              port -> !fleet.isPublished(port) && offerable.test(port),
              random);
      return switch (fleet.place(request(wanted.id(), body, wanted.boundTo()))) {
        case Placement.Placed(HostId host) -> new Placed(new Place(host, epoch), body);
        case Placement.Refused refused -> throw new RefusedPlacementException(refused.sentence());
      };
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Place spread(ToIntFunction<HostId> load)
      throws RefusedPlacementException, NoLeaderException {
    lock.lock();
    try {
      Epoch epoch = awaitTerm();
      markLostHosts();
      HostId chosen =
          hosts.links().stream()
              .map(HostLink::id)
              .filter(id -> fleet.host(id).map(Host::healthy).orElse(false))
              .min(
                  Comparator.comparingInt(load)
                      .thenComparingInt(fleet::containers)
                      .thenComparing(Comparator.naturalOrder()))
              .orElseThrow(
                  () -> new RefusedPlacementException("No healthy node available in the cluster"));
      return new Place(chosen, epoch);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Place at(HostId host) throws NoLeaderException {
    lock.lock();
    try {
      return new Place(host, awaitTerm());
    } finally {
      lock.unlock();
    }
  }

  /** A host can be connected to ZooKeeper and yet not answer us. */
  private void markLostHosts() {
    for (HostLink link : hosts.links()) {
      boolean healthy = hosts.isInSync(link.id()) && !view.isLost(link.id());
      fleet
          .host(link.id())
          .filter(host -> host.healthy() != healthy)
          .ifPresent(host -> fleet.put(host.withHealthy(healthy)));
    }
  }

  private Epoch awaitTerm() throws NoLeaderException {
    long nanos = FOR_A_LEADER.toNanos();
    try {
      while (term.isEmpty()) {
        if (nanos <= 0) {
          throw new NoLeaderException(
              "no manager leads the cluster, so nothing can be placed: see whether ZooKeeper"
                  + " answers ('berth status'), and try again");
        }
        nanos = begun.awaitNanos(nanos);
      }
      return term.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoLeaderException("interrupted");
    }
  }

  @Override
  public void release(RecordId id) {
    lock.lock();
    try {
      fleet.release(id);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void updated(RecordId id, ObjectNode body) {
    Optional<ContainerRecord> record = records.find(id);
    if (record.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      fleet.reserve(new HostId(record.get().host()), request(id, body, Set.of()));
    } finally {
      lock.unlock();
    }
  }

  /** What is reserved on a host. */
  public Resources reserved(HostId host) {
    lock.lock();
    try {
      return fleet.reserved(host);
    } finally {
      lock.unlock();
    }
  }

  /** What a tenant's containers have reserved. */
  public Resources reserved(TenantId tenant) {
    Set<RecordId> ids = new HashSet<>();
    for (ContainerRecord record : records.all()) {
      if (record.tenant().equals(tenant.value())) {
        ids.add(new RecordId(record.id()));
      }
    }
    lock.lock();
    try {
      return fleet.reserved(ids);
    } finally {
      lock.unlock();
    }
  }

  private static Request request(RecordId id, JsonNode body, Set<HostId> boundTo) {
    JsonNode hostConfig = body.path("HostConfig");
    Resources resources =
        new Resources(
            Resources.cpu(
                hostConfig.path("NanoCpus").asLong(),
                hostConfig.path("CpuQuota").asLong(),
                hostConfig.path("CpuPeriod").asLong()),
            Math.max(0, hostConfig.path("Memory").asLong()));
    return new Request(id, resources, PublishedPorts.fixed(body), boundTo);
  }
}
