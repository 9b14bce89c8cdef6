package dev.berth.manager.move;

import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.NetworkRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.Endpoints;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.HostRegister;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.cluster.Keeper;
import dev.berth.manager.cluster.Leadership;
import dev.berth.manager.cluster.NetworkTransfers;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.Placer;
import dev.berth.manager.cluster.RecordsNow;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the hosts that operators want drained, on the leader alone, a few containers at a time,
 * until nothing is left there that can go; what was not done when a leader dies, the next one does.
 * Safe for any thread.
 */
public final class Drains implements Leadership.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drains.class);
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final int AT_ONCE = 4;

  /**
   * A container on a host that is to be emptied.
   *
   * @param why it stays; empty when it goes
   */
  public record Planned(TenantId tenant, String name, boolean isRunning, String why) {}

  private final Hosts hosts;
  private final HostRegister register;
  private final ContainerRecords records;
  private final View view;
  private final Containers containers;
  private final RecordSet stopped;
  private final RecordSet replaced;
  private final MoveEnding ending;
  private final MovesUnderWay underWay = new MovesUnderWay();
  private final RecordSet following;
  private final RecordSet moved;
  private final RecordSet handed;
  private final RecordSet departing;
  private final NetworkTransfers networks;
  private final VolumeService volumes;
  private final Carriers carriers = new Carriers();
  private final VolumeMover volumeMover;
  private final Groups groups;
  private final GroupMover mover;
  private final Separation separation;
  private final Placer placer;
  private final Predicate<HostId> isReserved;
  private final InstantSource clock;
  private final Semaphore wakeUp = new Semaphore(0);

  /** Hosts that are just being emptied: what is there nobody else ends. */
  private final Set<HostId> busy = ConcurrentHashMap.newKeySet();

  // What the last try of each container that is still to go brought.
  private final Retries retries;
  private volatile boolean isLeading;
  private volatile Epoch term = Epoch.NONE;
  private volatile boolean isClosed;

  /**
   * With all that hosts are emptied of.
   *
   * @param isReserved whether anything is placed on a host, also what is not there yet
   */
  public Drains(
      Hosts hosts,
      HostRegister register,
      ContainerRecords records,
      View view,
      Containers containers,
      VolumeService volumes,
      NetworkTransfers networks,
      Endpoints endpoints,
      ImageTransfers images,
      Placer placer,
      Predicate<HostId> isReserved,
      CuratorFramework zookeeper,
      InstantSource clock) {
    this.hosts = hosts;
    this.register = register;
    this.records = records;
    this.view = view;
    this.containers = containers;
    this.stopped = new RecordSet(zookeeper, Paths.STOPPED);
    this.replaced = new RecordSet(zookeeper, Paths.REPLACED);
    this.following = new RecordSet(zookeeper, Paths.FOLLOWING);
    this.moved = new RecordSet(zookeeper, Paths.MOVED_NETWORKS);
    this.handed = new RecordSet(zookeeper, Paths.HANDED_OVER);
    this.departing = new RecordSet(zookeeper, Paths.DEPARTING);
    this.networks = networks;
    this.volumes = volumes;
    this.placer = placer;
    this.isReserved = isReserved;
    this.groups = new Groups(networks, volumes, records);
    Obstacles obstacles = new Obstacles(records, containers, view);
    this.ending =
        new MoveEnding(
            hosts, records, view, containers, volumes, obstacles, stopped, handed, replaced);
    this.volumeMover = new VolumeMover(hosts, volumes, ending, carriers, this::isToLeave);
    Mover single =
        new Mover(
            hosts,
            containers,
            volumes,
            new WrittenImages(images, hosts, view),
            endpoints,
            placer,
            obstacles,
            stopped,
            departing,
            ending,
            underWay,
            () -> isLeading);
    this.separation = new Separation(networks, volumes, departing);
    this.mover =
        new GroupMover(
            single, ending, networks, placer, stopped, following, moved, groups::isWhole);
    this.retries = new Retries(clock);
    this.clock = clock;
  }

  /** What tells which containers are on their way. */
  public Separation separation() {
    return separation;
  }

  /** Whether a container of which there is no record is needed for a move. */
  public boolean isCarrying(RecordId record) {
    return carriers.isInUse(record);
  }

  /** What finishes or undoes moves that were cut off. */
  public Keeper keeper() {
    return new MoveKeeper(
        hosts,
        records,
        view,
        ending,
        underWay,
        stopped,
        following,
        replaced,
        handed,
        departing,
        this::isDraining);
  }

  /** What makes containers anew whose hosts have died. */
  public Rescheduler rescheduler(VolumeService volumes, Duration after) {
    return new Rescheduler(
        hosts,
        register,
        records,
        containers,
        view,
        volumes,
        new Replacement(containers, replaced, ending, underWay),
        after,
        clock);
  }

  public void start() {
    register.listen(_ -> wakeUp.release());
    Thread.ofVirtual().name("drains").start(this::run);
  }

  @Override
  public void begin(Epoch epoch) {
    term = epoch;
    isLeading = true;
    wakeUp.release();
  }

  @Override
  public void end() {
    isLeading = false;
    retries.clear();
  }

  private void run() {
    while (!isClosed) {
      try {
        boolean _ = wakeUp.tryAcquire(ROUND.toMillis(), TimeUnit.MILLISECONDS);
        wakeUp.drainPermits();
        if (isLeading) {
          HostLink.inTerm(term, this::round);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).log("draining failed; trying again");
      }
    }
  }

  /** Each host at its own pace: one that is slow holds up no other. */
  private void round() {
    finish();
    Epoch now = term;
    for (HostRecord record : register.all()) {
      HostId host = new HostId(record.id());
      if (isDraining(record) && busy.add(host)) {
        Thread.ofVirtual()
            .name("drain-" + host)
            .start(() -> HostLink.inTerm(now, () -> drain(host, now)));
      }
    }
  }

  private void drain(HostId host, Epoch now) {
    try {
      if (hosts.isInSync(host)) {
        moveContainers(host, now);
        moveTheRest(host, now);
      }
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("host", host).setCause(e).log("draining failed; trying again");
    } finally {
      busy.remove(host);
    }
  }

  private static boolean isDraining(HostRecord host) {
    return host.state() == HostRecord.State.DRAINING;
  }

  private boolean isDraining(HostId host) {
    return isLeading && register.find(host).filter(Drains::isDraining).isPresent();
  }

  private void moveContainers(HostId host, Epoch now) {
    Semaphore turns = new Semaphore(AT_ONCE);
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Group group : groups.of(host, on(host))) {
        workers.execute(() -> HostLink.inTerm(now, () -> move(group, turns)));
      }
    }
  }

  private boolean isToLeave(HostId host) {
    return isDraining(host)
        && !isReserved.test(host)
        && records.all().stream().noneMatch(each -> isOn(each, host));
  }

  /** When no container is left there, what none of them had goes. */
  private void moveTheRest(HostId host, Epoch now) {
    if (!isToLeave(host)) {
      return;
    }
    try {
      moveIdleVolumes(host, now);
      moveIdleNetworks(host);
      if (isToLeave(host)) {
        var _ =
            register.change(
                host, each -> isDraining(each) ? each.in(HostRecord.State.DRAINED) : each);
        LOG.atInfo().addKeyValue("host", host).log("host drained");
      }
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("host", host).setCause(e).log("drained, but not recorded");
    }
  }

  /** As with networks: one that cannot go is told of when the host is to be removed. */
  private void moveIdleVolumes(HostId host, Epoch now) {
    Semaphore turns = new Semaphore(AT_ONCE);
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (VolumeRecord volume : volumes.on(host)) {
        workers.execute(() -> HostLink.inTerm(now, () -> move(volume, turns)));
      }
    }
  }

  private void move(VolumeRecord volume, Semaphore turns) {
    turns.acquireUninterruptibly();
    try {
      if (isDraining(new HostId(volume.host()))) {
        volumeMover.move(volume);
      }
    } catch (IOException | NoLeaderException | RefusedPlacementException e) {
      LOG.atWarn()
          .addKeyValue("tenant", volume.tenant())
          .addKeyValue("volume", volume.name())
          .setCause(e)
          .log("a volume that nothing mounts stays on a drained host");
    } finally {
      turns.release();
    }
  }

  /** One that cannot go does not keep the host from being drained: its tenant is told by name. */
  private void moveIdleNetworks(HostId host) {
    for (NetworkRecord network : networks.on(host)) {
      try {
        HostId target =
            placer.spread(new TenantId(network.tenant()), List.of(), networks.countByHost()).host();
        mover.move(network, target);
      } catch (IOException | NoLeaderException | RefusedPlacementException e) {
        LOG.atWarn()
            .addKeyValue("tenant", network.tenant())
            .addKeyValue("network", network.name())
            .setCause(e)
            .log("a network that nothing is in stays on a drained host");
      }
    }
  }

  private void move(Group group, Semaphore turns) {
    turns.acquireUninterruptibly();
    try {
      if (isDraining(group.host())) {
        move(group);
      }
    } finally {
      turns.release();
    }
  }

  private void move(Group group) {
    List<RecordId> all = group.containers().stream().map(Container::record).toList();
    if (!all.stream().allMatch(retries::isDue)) {
      return;
    }
    switch (mover.move(group)) {
      case Outcome.Moved _ -> all.forEach(retries::ended);
      case Outcome.Stays _ -> all.forEach(retries::ended);
      case Outcome.Failed(String why) -> {
        all.forEach(each -> retries.failed(each, why));
        LOG.atWarn()
            .addKeyValue("tenant", group.containers().getFirst().tenant())
            .addKeyValue("container", group.containers().getFirst().name())
            .addKeyValue("together", group.containers().size())
            .addKeyValue("reason", why)
            .log("a container was not moved; trying again");
      }
    }
  }

  /** Ends what was begun with groups: the others follow, or all is as it was. */
  private void finish() {
    try {
      Map<HostId, List<Container>> left = new HashMap<>();
      List<RecordId> all = following.all();
      RecordsNow now = records.now();
      for (RecordId id : all) {
        Optional<ContainerRecord> record = records.find(id);
        if (record.isEmpty() && !underWay.contains(id) && !now.contains(id)) {
          following.remove(id);
        }
        record
            .flatMap(this::container)
            .filter(container -> !isDraining(container.host()))
            .filter(container -> !busy.contains(container.host()))
            .ifPresent(
                container ->
                    left.computeIfAbsent(container.host(), _ -> new ArrayList<>()).add(container));
      }
      for (Map.Entry<HostId, List<Container>> host : left.entrySet()) {
        if (hosts.isInSync(host.getKey())) {
          for (Group group : groups.of(host.getKey(), host.getValue())) {
            if (group.begun().isEmpty()) {
              mover.leave(group);
            } else {
              move(group);
            }
          }
        }
      }
      for (RecordId network : moved.all()) {
        if (busy.isEmpty() && !isLeftBehind(network)) {
          mover.clear(network);
        }
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("trying again");
    }
  }

  /** Whether a container is still to follow a network. */
  private boolean isLeftBehind(RecordId id) {
    Optional<NetworkRecord> network = networks.find(id);
    return network.isPresent()
        && records.all().stream()
            .filter(record -> record.tenant().equals(network.get().tenant()))
            .filter(record -> !record.host().equals(network.get().host()))
            .flatMap(record -> container(record).stream())
            .anyMatch(container -> Groups.networksOf(container).contains(network.get().name()));
  }

  private static boolean isOn(ContainerRecord record, HostId host) {
    return record.host().equals(host.value());
  }

  private List<Container> on(HostId host) {
    List<Container> found = new ArrayList<>();
    records.all().stream()
        .filter(record -> isOn(record, host))
        .sorted(Comparator.comparingLong(ContainerRecord::created))
        .forEach(record -> container(record).ifPresent(found::add));
    found.removeIf(MoveMark::isPassing);
    return found;
  }

  private Optional<Container> container(ContainerRecord record) {
    return !record.containerId().isEmpty()
            && view.in(new TenantId(record.tenant())).resolve(record.containerId())
                instanceof Resolution.Found(Container container)
        ? Optional.of(container)
        : Optional.empty();
  }

  /**
   * What draining a host would do now, or has still to do.
   *
   * @throws NoLeaderException when nobody can say where things could go
   * @throws IOException while ZooKeeper or the host does not answer
   */
  public List<Planned> plan(HostId host) throws IOException, NoLeaderException {
    List<Planned> plan = new ArrayList<>();
    for (Group group : groups.of(host, on(host))) {
      Map<RecordId, String> staying = mover.wouldStay(group);
      for (Container container : group.containers()) {
        String failure =
            retries.why(container.record()).map(why -> "the last try failed: " + why).orElse("");
        plan.add(
            new Planned(
                container.tenant(),
                container.name().value(),
                container.isRunning(),
                staying.getOrDefault(container.record(), failure)));
      }
    }
    plan.addAll(
        arriving(
            host,
            plan.stream()
                .map(each -> each.tenant() + "/" + each.name())
                .collect(Collectors.toSet())));
    return plan;
  }

  /** Those that are gone from there and have not got their names yet. */
  private List<Planned> arriving(HostId from, Set<String> shown) {
    List<Planned> arriving = new ArrayList<>();
    for (ContainerRecord record : records.all()) {
      if (MoveMark.canBePassing(record.name())) {
        Optional<Container> made = container(record).filter(MoveMark::isPassing);
        made.flatMap(container -> MoveMark.parse(container.mark(Labels.MOVE)))
            .filter(mark -> mark.from().equals(from))
            .filter(mark -> !shown.contains(made.get().tenant() + "/" + mark.name()))
            .ifPresent(
                mark ->
                    arriving.add(
                        new Planned(
                            made.get().tenant(), mark.name().value(), mark.isStarted(), "")));
      }
    }
    return arriving;
  }

  @Override
  public void close() {
    isClosed = true;
    wakeUp.release();
  }
}
