package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A host and what is reserved on it. Filters and strategies read it; only its {@link Fleet} changes
 * it, in the fleet's one thread. Not to be read once its host has left: its number may be
 * another's.
 *
 * <p>INVARIANT: what is used, the ports that are taken and the count are the sums over the
 * reservations.
 */
public final class HostState {
  /** Lists the only tenants that may use a host, with commas between. */
  public static final String TENANTS_LABEL = "berth.tenants";

  /** Says how much more than it has a host may promise, as {@link Overcommit#parse} takes it. */
  public static final String OVERCOMMIT_LABEL = "berth.overcommit";

  /** Says how many containers a host may have (Swarm 1.2.9). */
  public static final String SLOTS_LABEL = "containerslots";

  private final HostId id;
  private final int number;
  private final Usage usage;
  private final Holdings held;
  private final PortTable ports = new PortTable();
  private Optional<Host> host = Optional.empty();
  private Map<String, String> labels = Map.of();
  private Resources limit = Resources.NONE;
  private Extras extraLimit = Extras.NONE;
  private Extras extraUsed = Extras.NONE;
  private Optional<Set<String>> tenants = Optional.empty();
  private int slots = Integer.MAX_VALUE;
  private long gpuLimit;

  /**
   * @param number its own among all hosts that the fleet has: small, and that of one that has left
   * @param usage of all hosts
   * @param held by all hosts
   */
  HostState(HostId id, int number, Usage usage, Holdings held) {
    this.id = id;
    this.number = number;
    this.usage = usage;
    this.held = held;
    usage.begin(number);
    held.begin(number);
  }

  int number() {
    return number;
  }

  public HostId id() {
    return id;
  }

  /** Empty while nothing but reservations is known of it. */
  public Optional<Host> description() {
    return host;
  }

  /** What people call it: its id while nothing is known of it. */
  public String name() {
    return host.map(Host::name).orElse(id.value());
  }

  /** {@link HostCondition#UNREACHABLE} while nothing but reservations is known of it. */
  public HostCondition condition() {
    return host.map(Host::condition).orElse(HostCondition.UNREACHABLE);
  }

  /** Keys are in lower case. */
  public Map<String, String> labels() {
    return labels;
  }

  /** What may be reserved in all: capacity and overcommit. */
  public Resources limit() {
    return limit;
  }

  /** What is reserved; more than the limit when it was so before this leader came. */
  public Resources used() {
    return new Resources(new NanoCpus(usage.cpu(number)), new Bytes(usage.memory(number)));
  }

  /** What may be reserved besides CPU and memory, of the kinds that the host tells of. */
  public Extras extraLimit() {
    return extraLimit;
  }

  /** What is reserved besides CPU and memory. */
  public Extras extraUsed() {
    return extraUsed;
  }

  /** How many GPUs may be reserved; 0 when it tells of none. */
  long gpuLimit() {
    return gpuLimit;
  }

  /** How many of them are not reserved. */
  long gpusLeft() {
    return usage.gpusLeft(number);
  }

  /** Whether so much of a kind is left. */
  public boolean hasRoom(ResourceKind kind, long asked) {
    Long limit = extraLimit.amounts().get(kind);
    return limit == null ? kind.isEverywhere() : asked <= limit - extraUsed.of(kind);
  }

  public Pressure pressure() {
    return host.map(known -> known.terms().pressure()).orElse(Pressure.NONE);
  }

  /** Whether the host's label lets a tenant use it. */
  public boolean isOpenTo(TenantId tenant) {
    return tenants.isEmpty() || tenants.get().contains(tenant.value());
  }

  /** How many containers it may have: as many as one likes when its label sets no bound. */
  public int slots() {
    return slots;
  }

  /** Whether its labels keep nobody off, and bound nothing that every host has. */
  boolean isPlain() {
    return tenants.isEmpty()
        && slots == Integer.MAX_VALUE
        && extraLimit.amounts().keySet().stream().noneMatch(ResourceKind::isEverywhere);
  }

  /** How many containers have a reservation, stopped ones too. */
  public int containers() {
    return usage.containers(number);
  }

  /** What is reserved, in no certain order: to be read until the next change. */
  public Collection<Request> reservations() {
    return held.requests(number);
  }

  /** What one tenant has reserved, in no certain order. */
  public Collection<Request> reservationsOf(TenantId tenant) {
    return held.of(number, tenant);
  }

  boolean has(TenantId tenant) {
    return held.has(number, tenant);
  }

  public boolean isFree(HostPort port) {
    return ports.isFree(port);
  }

  void describe(Host description, Overcommit overcommit) {
    host = Optional.of(description);
    labels = description.labels();
    slots = bound(labels.get(SLOTS_LABEL));
    HostTerms terms = description.terms();
    Overcommit ratio = terms.overcommit().orElse(overcommit);
    limit = ratio.limit(without(description.capacity(), terms.reserve()));
    extraLimit = ratio.limit(terms.extras());
    gpuLimit = extraLimit.of(ResourceKind.GPU);
    countGpus();
    tenants =
        Optional.ofNullable(labels.get(TENANTS_LABEL))
            .map(list -> Set.copyOf(Arrays.asList(list.trim().split("\\s*,\\s*"))));
  }

  private static Resources without(Resources capacity, Resources reserve) {
    return new Resources(
        new NanoCpus(Math.max(0, capacity.cpus().value() - reserve.cpus().value())),
        new Bytes(Math.max(0, capacity.memory().value() - reserve.memory().value())));
  }

  /** A label that is not a whole number sets no bound (Swarm 1.2.9). */
  private static int bound(String text) {
    if (text == null) {
      return Integer.MAX_VALUE;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      return Integer.MAX_VALUE;
    }
  }

  private void countGpus() {
    usage.gpusLeft(number, gpuLimit - extraUsed.of(ResourceKind.GPU));
  }

  /** Adds what it has besides CPU and memory. */
  void addRare(Reservation reservation) {
    extraUsed = extraUsed.plus(reservation.extras());
    countGpus();
    reservation.ports().forEach(ports::add);
  }

  /** Takes back what it has besides CPU and memory. */
  void removeRare(Reservation reservation) {
    extraUsed = extraUsed.minus(reservation.extras());
    countGpus();
    reservation.ports().forEach(ports::remove);
  }

  List<Reservation> held() {
    return held.all(number);
  }
}
