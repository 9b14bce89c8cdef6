package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
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

  private final HostId id;
  private final Map<RecordId, Request> reservations = new HashMap<>();
  private final Map<TenantId, Map<RecordId, Request>> byTenant = new HashMap<>();
  private final PortTable ports = new PortTable();
  private Optional<Host> host = Optional.empty();
  private Resources limit = Resources.NONE;
  private Resources used = Resources.NONE;
  private Extras extraLimit = Extras.NONE;
  private Extras extraUsed = Extras.NONE;
  private Optional<Set<String>> tenants = Optional.empty();

  // Where the index has it.
  private int ordinal = -1;
  private Optional<Grid> grid = Optional.empty();
  private int row;
  private int column;
  private long key;
  private long usedCpu;
  private long usedMemory;

  HostState(HostId id) {
    this.id = id;
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
    return host.map(Host::labels).orElse(Map.of());
  }

  /** What may be reserved in all: capacity and overcommit. */
  public Resources limit() {
    return limit;
  }

  /** What is reserved; more than the limit when it was so before this leader came. */
  public Resources used() {
    return used;
  }

  /** What may be reserved besides CPU and memory, of the kinds that the host tells of. */
  public Extras extraLimit() {
    return extraLimit;
  }

  /** What is reserved besides CPU and memory. */
  public Extras extraUsed() {
    return extraUsed;
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

  /** How many containers have a reservation, stopped ones too. */
  public int containers() {
    return reservations.size();
  }

  /** What is reserved, in no certain order. */
  public Collection<Request> reservations() {
    return Collections.unmodifiableCollection(reservations.values());
  }

  /** What one tenant has reserved, in no certain order. */
  public Collection<Request> reservationsOf(TenantId tenant) {
    return byTenant.getOrDefault(tenant, Map.of()).values();
  }

  public boolean isFree(HostPort port) {
    return ports.isFree(port);
  }

  long usedCpu() {
    return usedCpu;
  }

  long usedMemory() {
    return usedMemory;
  }

  /** Its place in the order of all hosts. */
  void ordinal(int newOrdinal) {
    ordinal = newOrdinal;
  }

  /** The index has it in that grid from now on. */
  void enter(Grid newGrid) {
    grid = Optional.of(newGrid);
    locate(newGrid);
    newGrid.add(row, column, key);
  }

  private void locate(Grid in) {
    row = in.row(usedCpu);
    column = in.column(usedMemory);
    key = Cell.key(reservations.size(), ordinal);
  }

  /** Has it where it belongs, after a change of what is reserved. */
  void move() {
    if (grid.isPresent()) {
      Grid in = grid.get();
      in.remove(row, column, key);
      locate(in);
      in.add(row, column, key);
    }
  }

  void describe(Host description, Overcommit overcommit) {
    host = Optional.of(description);
    HostTerms terms = description.terms();
    Overcommit ratio = terms.overcommit().orElse(overcommit);
    limit = ratio.limit(without(description.capacity(), terms.reserve()));
    extraLimit = ratio.limit(terms.extras());
    tenants =
        Optional.ofNullable(description.labels().get(TENANTS_LABEL))
            .map(list -> Set.copyOf(Arrays.asList(list.trim().split("\\s*,\\s*"))));
  }

  private static Resources without(Resources capacity, Resources reserve) {
    return new Resources(
        new NanoCpus(Math.max(0, capacity.cpus().value() - reserve.cpus().value())),
        new Bytes(Math.max(0, capacity.memory().value() - reserve.memory().value())));
  }

  void add(Request request) {
    count(used.plus(request.resources()));
    extraUsed = extraUsed.plus(request.demands().extras());
    request.ports().forEach(ports::add);
    reservations.put(request.id(), request);
    byTenant
        .computeIfAbsent(request.tenant(), tenant -> new HashMap<>())
        .put(request.id(), request);
  }

  private void count(Resources now) {
    used = now;
    usedCpu = now.cpus().value();
    usedMemory = now.memory().value();
  }

  /** What was given back. */
  Request remove(RecordId reservation) {
    Request request = reservations.remove(reservation);
    count(used.minus(request.resources()));
    extraUsed = extraUsed.minus(request.demands().extras());
    request.ports().forEach(ports::remove);
    Map<RecordId, Request> ofTenant = byTenant.get(request.tenant());
    ofTenant.remove(reservation);
    if (ofTenant.isEmpty()) {
      byTenant.remove(request.tenant());
    }
    return request;
  }

  void describe(RecordId reservation, ContainerFacts facts) {
    Request request = reservations.get(reservation).withFacts(facts);
    reservations.put(reservation, request);
    byTenant.get(request.tenant()).put(reservation, request);
  }

  Request reservation(RecordId reservation) {
    return reservations.get(reservation);
  }

  ContainerFacts facts(RecordId reservation) {
    return reservations.get(reservation).facts();
  }

  Set<RecordId> reserved() {
    return Set.copyOf(reservations.keySet());
  }
}
