package dev.berth.benchmarks.placement;

import com.netflix.fenzo.ConstraintEvaluator;
import com.netflix.fenzo.SchedulingResult;
import com.netflix.fenzo.TaskRequest;
import com.netflix.fenzo.TaskScheduler;
import com.netflix.fenzo.TaskTrackerState;
import com.netflix.fenzo.VMAssignmentResult;
import com.netflix.fenzo.VMTaskFitnessCalculator;
import com.netflix.fenzo.VirtualMachineCurrentState;
import com.netflix.fenzo.VirtualMachineLease;
import com.netflix.fenzo.plugins.BinPackingFitnessCalculators;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.Protos;

/**
 * Netflix Fenzo with CPU, memory, GPUs, zones and models, packing by CPU and memory. A host's rest
 * is offered anew after each change, as Mesos does.
 */
final class Fenzo implements Rival<Fenzo.Wanted, Integer>, AutoCloseable {
  private static final double MOST = 1.0;
  private static final String GPUS = "gpu";

  private final TaskScheduler scheduler;
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final String[] names;
  private final double[] cpus;
  private final double[] memory;
  private final double[] gpus;
  private final Map<Integer, String> leases = new HashMap<>();
  private final List<VirtualMachineLease> offered = new ArrayList<>();
  private long offers;

  /**
   * @param goodEnough the fitness from which on no better host is looked for; 1 for exact
   */
  Fenzo(List<Shape> shapes, double goodEnough) {
    this.names = new String[shapes.size()];
    for (int host = 0; host < names.length; host++) {
      names[host] = "h" + host;
      numbers.put(names[host], host);
      this.shapes.put(names[host], shapes.get(host));
    }
    this.cpus = shapes.stream().mapToDouble(Shape::cpus).toArray();
    this.memory = shapes.stream().mapToDouble(Shape::memory).toArray();
    this.gpus = shapes.stream().mapToDouble(Shape::gpus).toArray();
    TaskScheduler.Builder builder =
        new TaskScheduler.Builder()
            .withFitnessCalculator(BinPackingFitnessCalculators.cpuMemBinPacker)
            .withLeaseOfferExpirySecs(1_000_000)
            .disableShortfallEvaluation()
            .withLeaseRejectAction(_ -> {});
    if (goodEnough < MOST) {
      builder.withFitnessGoodEnoughFunction(fitness -> fitness > goodEnough);
    }
    scheduler = builder.build();
  }

  /** Its threads would keep the process alive. */
  @Override
  public void close() {
    scheduler.shutdown();
  }

  private void offerAll() {
    if (offers > 0) {
      return;
    }
    for (int host = 0; host < names.length; host++) {
      offer(host);
    }
  }

  private void offer(int host) {
    Lease lease = new Lease("o" + offers++, names[host], cpus[host], memory[host], gpus[host]);
    leases.put(host, lease.getId());
    offered.add(lease);
  }

  @Override
  public Wanted prepare(Task task) {
    return new Wanted(task, shapes);
  }

  @Override
  public Integer host(int number) {
    return number;
  }

  @Override
  public int number(Integer host) {
    return host;
  }

  @Override
  public void put(Wanted wanted, Integer host) {
    scheduler.getTaskAssigner().call(wanted, names[host]);
    take(wanted, host);
  }

  private void take(Wanted wanted, int host) {
    cpus[host] -= wanted.getCPUs();
    memory[host] -= wanted.getMemory();
    gpus[host] -= wanted.task.gpus();
  }

  @Override
  public Optional<Integer> place(Wanted wanted) {
    offerAll();
    List<VirtualMachineLease> fresh = List.copyOf(offered);
    offered.clear();
    SchedulingResult result = scheduler.scheduleOnce(List.of(wanted), fresh);
    for (VMAssignmentResult assigned : result.getResultMap().values()) {
      int host = numbers.get(assigned.getHostname());
      scheduler.getTaskAssigner().call(wanted, assigned.getHostname());
      take(wanted, host);
      offer(host);
      return Optional.of(host);
    }
    return Optional.empty();
  }

  @Override
  public void release(Wanted wanted, Integer host) {
    Task task = wanted.task;
    offerAll();
    scheduler.getTaskUnAssigner().call(wanted.name, names[host]);
    scheduler.expireLease(leases.get(host));
    offered.removeIf(lease -> lease.getId().equals(leases.get(host)));
    cpus[host] += task.milliCpus() / 1_000.0;
    memory[host] += task.memory();
    gpus[host] += task.gpus();
    offer(host);
  }

  /** That a host is one of those that a task may be on. */
  private record Fitting(Map<String, Shape> shapes, Task asked) implements ConstraintEvaluator {
    private static final Result HOLDS = new Result(true, "");
    private static final Result FAILS = new Result(false, "another zone or model");

    @Override
    public String getName() {
      return "fitting";
    }

    @Override
    public Result evaluate(
        TaskRequest task, VirtualMachineCurrentState host, TaskTrackerState tasks) {
      return asked.mayBeOn(shapes.get(host.getHostname())) ? HOLDS : FAILS;
    }
  }

  /** A task as Fenzo asks for it. */
  static final class Wanted implements TaskRequest {
    private final Task task;
    private final String name;
    private final List<ConstraintEvaluator> constraints;
    private AssignedResources assigned;

    Wanted(Task task, Map<String, Shape> shapes) {
      this.task = task;
      this.name = "t" + task.id();
      boolean isFree = task.zone() < 0 && task.models().isEmpty();
      this.constraints = isFree ? List.of() : List.of(new Fitting(shapes, task));
    }

    @Override
    public String getId() {
      return name;
    }

    @Override
    public String taskGroupName() {
      return "";
    }

    @Override
    public double getCPUs() {
      return task.milliCpus() / 1_000.0;
    }

    @Override
    public double getMemory() {
      return task.memory();
    }

    @Override
    public double getNetworkMbps() {
      return 0;
    }

    @Override
    public double getDisk() {
      return 0;
    }

    @Override
    public int getPorts() {
      return 0;
    }

    @Override
    public Map<String, Double> getScalarRequests() {
      return task.gpus() == 0 ? Map.of() : Map.of(GPUS, (double) task.gpus());
    }

    @Override
    public Map<String, NamedResourceSetRequest> getCustomNamedResources() {
      return Map.of();
    }

    @Override
    public List<? extends ConstraintEvaluator> getHardConstraints() {
      return constraints;
    }

    @Override
    public List<? extends VMTaskFitnessCalculator> getSoftConstraints() {
      return List.of();
    }

    @Override
    public void setAssignedResources(AssignedResources resources) {
      assigned = resources;
    }

    @Override
    public AssignedResources getAssignedResources() {
      return assigned;
    }
  }

  private record Lease(String id, String host, double cpus, double memory, double gpus)
      implements VirtualMachineLease {
    private static final Protos.Offer OFFER = Protos.Offer.getDefaultInstance();

    @Override
    public String getId() {
      return id;
    }

    @Override
    public long getOfferedTime() {
      return 0;
    }

    @Override
    public String hostname() {
      return host;
    }

    @Override
    public String getVMID() {
      return host;
    }

    @Override
    public double cpuCores() {
      return cpus;
    }

    @Override
    public double memoryMB() {
      return memory;
    }

    @Override
    public double networkMbps() {
      return 0;
    }

    @Override
    public double diskMB() {
      return 0;
    }

    @Override
    public List<Range> portRanges() {
      return List.of();
    }

    @Override
    public Protos.Offer getOffer() {
      return OFFER;
    }

    /** Fenzo asks it for a null key, which an immutable map refuses. */
    @Override
    public Map<String, Protos.Attribute> getAttributeMap() {
      return Collections.emptyMap();
    }

    @Override
    public Double getScalarValue(String name) {
      return name.equals(GPUS) ? gpus : 0.0;
    }

    @Override
    public Map<String, Double> getScalarValues() {
      return Map.of(GPUS, gpus);
    }
  }
}
