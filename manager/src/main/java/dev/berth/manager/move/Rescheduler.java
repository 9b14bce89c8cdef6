package dev.berth.manager.move;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostRecord;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.HostRegister;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.Leadership;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Predefined;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes containers anew elsewhere when their host has not answered for a while and their owner
 * asked for it (classic Swarm's {@code reschedule:on-node-failure}), on the leader alone. One that
 * has a named volume or a network of its own on the lost host waits for that. What could not be
 * placed is tried again later.
 */
public final class Rescheduler implements Leadership.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rescheduler.class);
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final String NONE = "none";

  private final Hosts hosts;
  private final HostRegister register;
  private final ContainerRecords records;
  private final Containers containers;
  private final View view;
  private final VolumeService volumes;
  private final Replacement replacement;
  private final Duration after;
  private final InstantSource clock;
  private final Retries retries;
  private final Semaphore wakeUp = new Semaphore(0);

  // Of the one thread. Since when each host has not answered, and which of its containers wait.
  private final Map<HostId, Instant> silent = new HashMap<>();
  private final Map<HostId, Set<RecordId>> waiting = new HashMap<>();
  private volatile boolean isLeading;
  private volatile Epoch term = Epoch.NONE;
  private volatile boolean isClosed;

  Rescheduler(
      Hosts hosts,
      HostRegister register,
      ContainerRecords records,
      Containers containers,
      View view,
      VolumeService volumes,
      Replacement replacement,
      Duration after,
      InstantSource clock) {
    this.hosts = hosts;
    this.register = register;
    this.records = records;
    this.containers = containers;
    this.view = view;
    this.volumes = volumes;
    this.replacement = replacement;
    this.after = after;
    this.clock = clock;
    this.retries = new Retries(clock);
  }

  public void start() {
    Thread.ofVirtual().name("rescheduler").start(this::run);
  }

  @Override
  public void begin(Epoch epoch) {
    term = epoch;
    isLeading = true;
  }

  @Override
  public void end() {
    isLeading = false;
  }

  private void run() {
    while (!isClosed) {
      try {
        boolean _ = wakeUp.tryAcquire(ROUND.toMillis(), TimeUnit.MILLISECONDS);
        if (isLeading) {
          HostLink.inTerm(term, this::round);
        } else {
          // Who begins to lead has not watched: each host has its full time again.
          silent.clear();
          waiting.clear();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).log("rescheduling failed; trying again");
      }
    }
  }

  private void round() {
    for (HostRecord record : register.all()) {
      HostId host = new HostId(record.id());
      if (!isLost(host)) {
        silent.remove(host);
        waiting.remove(host);
        continue;
      }
      Instant since = silent.computeIfAbsent(host, _ -> clock.instant());
      if (!clock.instant().isBefore(since.plus(after))) {
        reschedule(host);
      }
    }
  }

  private boolean isLost(HostId host) {
    return !hosts.isInSync(host) || view.isLost(host);
  }

  /** Whether there is still to be done what was begun when a host did not answer. */
  private boolean isWanted(HostId host) {
    return isLeading && isLost(host);
  }

  /** Stops when the host is back: what it has, nobody else is to have. */
  private void reschedule(HostId host) {
    Set<RecordId> staying = waiting.computeIfAbsent(host, _ -> new HashSet<>());
    for (ContainerRecord record : records.all()) {
      if (!isWanted(host)) {
        return;
      }
      RecordId id = new RecordId(record.id());
      if (!record.host().equals(host.value())
          || record.state() != ContainerRecord.State.SETTLED
          || staying.contains(id)
          || !retries.isDue(id)) {
        continue;
      }
      try {
        Optional<ContainerRecord> whole = containers.wholeRecord(record);
        if (whole.isEmpty()
            || MoveMark.isPassing(whole.get())
            || !isToMove(whole.get())
            || hasOwnTies(record)) {
          staying.add(id);
          continue;
        }
        Outcome outcome =
            replacement.replace(whole.get(), wasRunning(record), () -> isWanted(host));
        if (outcome instanceof Outcome.Failed(String why)) {
          retries.failed(id, why);
        } else {
          retries.ended(id);
        }
        tell(record, outcome);
      } catch (IOException e) {
        LOG.atDebug().addKeyValue("record", record.id()).setCause(e).log("trying again");
      } catch (RuntimeException e) {
        // One that cannot be helped does not keep the others.
        retries.failed(id, String.valueOf(e.getMessage()));
        LOG.atError().addKeyValue("record", record.id()).setCause(e).log("not rescheduled");
      }
    }
  }

  private static void tell(ContainerRecord record, Outcome outcome) {
    var line =
        (outcome instanceof Outcome.Moved ? LOG.atInfo() : LOG.atWarn())
            .addKeyValue("tenant", record.tenant())
            .addKeyValue("container", record.name())
            .addKeyValue("from", record.host());
    switch (outcome) {
      case Outcome.Moved(HostId to) -> line.addKeyValue("to", to).log("container rescheduled");
      case Outcome.Stays(String why) -> line.addKeyValue("reason", why).log("not rescheduled");
      case Outcome.Failed(String why) ->
          line.addKeyValue("reason", why).log("not rescheduled yet; trying again");
    }
  }

  /** What was last heard of it. */
  private Optional<Container> known(ContainerRecord record) {
    return view.in(new TenantId(record.tenant())).resolve(record.containerId())
            instanceof Resolution.Found(Container container)
        ? Optional.of(container)
        : Optional.empty();
  }

  /** One of which nothing is known runs. */
  private boolean wasRunning(ContainerRecord record) {
    return known(record).map(Container::isRunning).orElse(true);
  }

  /** Whether it has come into a network of its tenant's since it was made. */
  private boolean hasOwnTies(ContainerRecord record) {
    return known(record).filter(each -> !Groups.networksOf(each).isEmpty()).isPresent();
  }

  private boolean isToMove(ContainerRecord record) {
    JsonNode spec = record.spec();
    if (Obstacles.hints(spec).moving() != PlacementHints.Moving.ON_NODE_FAILURE) {
      return false;
    }
    TenantId tenant = new TenantId(record.tenant());
    String network = spec.path("HostConfig").path("NetworkMode").asText();
    boolean isFree =
        network.equals(Bridges.engineName(tenant))
            || network.equals(NONE)
            || network.equals(Predefined.BRIDGE);
    return isFree
        && spec.path("HostConfig").path("Links").isEmpty()
        && spec.path("HostConfig").path("VolumesFrom").isEmpty()
        && !hasNamedVolume(tenant, spec.path("HostConfig"));
  }

  /** Its data is on the host that does not answer, and is not to be taken for lost. */
  private boolean hasNamedVolume(TenantId tenant, JsonNode config) {
    Set<String> sources = new HashSet<>();
    config.path("Binds").forEach(bind -> sources.add(bind.asText().split(":", 2)[0]));
    config.path("Mounts").forEach(mount -> sources.add(mount.path("Source").asText()));
    String prefix = tenant.value() + ".";
    return sources.stream()
        .anyMatch(
            source ->
                source.startsWith("/")
                    || (source.startsWith(prefix)
                        && volumes.find(tenant, source.substring(prefix.length())).isPresent()));
  }

  @Override
  public void close() {
    isClosed = true;
    wakeUp.release();
  }
}
