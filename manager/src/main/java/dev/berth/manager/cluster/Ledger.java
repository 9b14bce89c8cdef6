package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostDescriptor;
import dev.berth.manager.view.View;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Placement;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.Strategy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is reserved on each host, as the scheduler counts it, and what each host is fit for now.
 * Guarded by the placer's lock.
 */
final class Ledger {
  /** How old the marks of lost and pressed hosts may be that a placement goes by. */
  private static final Duration MARKS = Duration.ofMillis(50);

  private final Supplier<Fleet> empty;
  private final Hosts hosts;
  private final HostRegister register;
  private final View view;
  private final Function<HostId, Pressure> pressure;
  private final Reservations reservations;
  private final QuotaBook quotas;
  private final Gpus gpus = new Gpus();
  private final DeclaredDevices declared;
  private Fleet fleet;
  private long markedAt = System.nanoTime() - MARKS.toNanos();

  /**
   * With nothing reserved.
   *
   * @param empty a fleet without hosts
   * @param pressure how hard pressed each host is
   */
  Ledger(
      Supplier<Fleet> empty,
      Hosts hosts,
      HostRegister register,
      View view,
      Function<HostId, Pressure> pressure,
      Reservations reservations,
      QuotaBook quotas) {
    this.empty = empty;
    this.hosts = hosts;
    this.register = register;
    this.view = view;
    this.pressure = pressure;
    this.reservations = reservations;
    this.quotas = quotas;
    this.declared = new DeclaredDevices(register);
    this.fleet = empty.get();
  }

  /** Reserved and counted is nothing any more; the hosts that are connected are known. */
  void reset() {
    fleet = empty.get();
    quotas.clear();
    gpus.clear();
    declared.reset();
    hosts.links().forEach(this::joined);
  }

  Fleet fleet() {
    return fleet;
  }

  Gpus gpus() {
    return gpus;
  }

  void hold(ContainerRecord record, JsonNode body) {
    Request held = reservations.held(record, body);
    hold(Placer.Kind.CONTAINER, held, new HostId(record.host()));
    gpus.hold(held.id(), new HostId(record.host()), body);
  }

  void hold(Placer.Kind kind, Request held, HostId host) {
    fleet.reserve(host, held);
    quotas.put(kind, held);
  }

  boolean isHeld(ContainerRecord record) {
    return fleet
        .placeOf(new RecordId(record.id()))
        .filter(host -> host.value().equals(record.host()))
        .isPresent();
  }

  void release(RecordId id) {
    fleet.release(id);
    gpus.release(id);
    quotas.release(id.value());
  }

  /** What it has of devices that no host declares is noted, too: one may declare them later. */
  Placement place(Request request, Strategy strategy) {
    Request bounding = bounding(request);
    Placement placement = fleet.place(bounding, strategy);
    if (placement instanceof Placement.Placed placed && !bounding.equals(request)) {
      fleet.reserve(placed.host(), request);
    }
    return placement;
  }

  /** The same without what binds it to no host. */
  Request bounding(Request request) {
    return declared.bounding(request);
  }

  /**
   * Of a container that is to reserve something else.
   *
   * @throws RefusedPlacementException when its host has no room for that
   */
  void requireRoom(HostId host, Request wanted) throws RefusedPlacementException {
    Optional<HostState> state = fleet.host(host);
    if (state.isPresent()) {
      new Growth(fleet.reservation(wanted.id()), wanted).requireRoom(state.get());
    }
  }

  void joined(HostLink link) {
    upsert(link.descriptor(), register.condition(link.id()));
  }

  void left(HostId id) {
    declared.away(id);
    fleet
        .host(id)
        .flatMap(HostState::description)
        .ifPresent(host -> fleet.upsert(host.in(HostCondition.UNREACHABLE)));
  }

  /** An operator wants something else of a host. */
  void changed(HostId id) {
    declared.away(id);
    if (register.find(id).isPresent()) {
      hosts.find(id).ifPresent(link -> upsert(link.descriptor(), condition(link)));
    } else {
      for (RecordId left : fleet.remove(id)) {
        quotas.release(left.value());
        gpus.release(left);
      }
    }
  }

  private void upsert(HostDescriptor host, HostCondition condition) {
    declared.connected(host);
    fleet.upsert(
        reservations.host(
            host, register.labels(host), condition, pressure.apply(new HostId(host.id()))));
  }

  private HostCondition condition(HostLink link) {
    boolean isLost = !hosts.isInSync(link.id()) || view.isLost(link.id());
    return isLost ? HostCondition.UNREACHABLE : register.condition(link.id());
  }

  /** Returns whether all hosts are marked as they are now. */
  boolean markLostHosts() {
    if (System.nanoTime() - markedAt < MARKS.toNanos()) {
      return false;
    }
    markAllHosts();
    return true;
  }

  /** A host can be connected to ZooKeeper and yet not answer us; and be hard pressed. */
  void markAllHosts() {
    markedAt = System.nanoTime();
    for (HostLink link : hosts.links()) {
      HostCondition now = condition(link);
      Optional<HostState> known = fleet.host(link.id());
      if (known.map(HostState::condition).filter(now::equals).isEmpty()
          || known.get().pressure() != pressure.apply(link.id())) {
        upsert(link.descriptor(), now);
      }
    }
  }
}
