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
 * it, in the fleet's one thread.
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
  private final Holdings held = new Holdings();
  private final PortTable ports = new PortTable();
  private Optional<Host> host = Optional.empty();
  private Map<String, String> labels = Map.of();
  private Resources limit = Resources.NONE;
  private Extras extraLimit = Extras.NONE;
  private Extras extraUsed = Extras.NONE;
  private Optional<Set<String>> tenants = Optional.empty();
  private int slots = Integer.MAX_VALUE;
  private int containers;
  private long usedCpu;
  private long usedMemory;
  private long gpuLimit;
  private long usedGpus;

  // Where the index has it.
  private int ordinal = -1;

  /** Null while no grid has it. */
  private Grid grid;

  private int row;
  private int column;
  private long key;

  /**
   * @param number its own among all hosts that the fleet has: small, and that of one that has left
   */
  HostState(HostId id, int number) {
    this.id = id;
    this.number = number;
  }

  int number() {
    return number;
  }

  /** Writes down what it uses, in its place among all hosts. */
  void tell(Usage usage) {
    usage.set(ordinal, usedCpu, usedMemory, gpusLeft());
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
    return new Resources(new NanoCpus(usedCpu), new Bytes(usedMemory));
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
    return gpuLimit - usedGpus;
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
    return containers;
  }

  /** What is reserved, in no certain order: to be read until the next change. */
  public Collection<Request> reservations() {
    return held.requests();
  }

  /** What one tenant has reserved, in no certain order. */
  public Collection<Request> reservationsOf(TenantId tenant) {
    return held.of(tenant);
  }

  boolean has(TenantId tenant) {
    return held.has(tenant);
  }

  public boolean isFree(HostPort port) {
    return ports.isFree(port);
  }

  Optional<Grid> grid() {
    return Optional.ofNullable(grid);
  }

  /** Its place in the order of all hosts. */
  int ordinal() {
    return ordinal;
  }

  /** Its place in the order of all hosts, when all are told theirs anew. */
  void ordinal(int newOrdinal) {
    ordinal = newOrdinal;
    grid = null;
  }

  /** The index has it in that grid from now on. */
  void enter(Grid newGrid) {
    leave();
    grid = newGrid;
    locate();
  }

  /** No grid has it any more. */
  void leave() {
    if (grid != null) {
      grid.remove(row, column, key);
      grid = null;
    }
  }

  private void locate() {
    row = grid.row(usedCpu);
    column = grid.column(usedMemory);
    key = Cell.key(containers, ordinal);
    grid.add(row, column, key, usedCpu, usedMemory);
  }

  /** Has it where it belongs, after a change of what is reserved. */
  void move() {
    if (grid != null) {
      grid.remove(row, column, key);
      locate();
    }
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

  void add(Reservation reservation) {
    usedCpu = Math.addExact(usedCpu, reservation.cpu());
    usedMemory = Math.addExact(usedMemory, reservation.memory());
    if (!reservation.extras().isNone()) {
      extraUsed = extraUsed.plus(reservation.extras());
      usedGpus = extraUsed.of(ResourceKind.GPU);
    }
    if (!reservation.ports().isEmpty()) {
      reservation.ports().forEach(ports::add);
    }
    held.add(reservation);
    containers++;
  }

  void remove(Reservation reservation) {
    held.remove(reservation);
    containers--;
    usedCpu -= reservation.cpu();
    usedMemory -= reservation.memory();
    if (!reservation.extras().isNone()) {
      extraUsed = extraUsed.minus(reservation.extras());
      usedGpus = extraUsed.of(ResourceKind.GPU);
    }
    if (!reservation.ports().isEmpty()) {
      reservation.ports().forEach(ports::remove);
    }
  }

  List<Reservation> held() {
    return held.all();
  }
}
