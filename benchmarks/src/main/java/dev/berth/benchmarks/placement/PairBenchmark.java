package dev.berth.benchmarks.placement;

import dev.berth.common.id.HostId;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.strategy.Binpack;
import dev.berth.scheduler.strategy.Spread;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One container's release and its new place, in a fleet that is 70 % full, by JMH. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Xmx4g", "-XX:+UseSerialGC", "-XX:+UseTransparentHugePages"})
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@State(Scope.Thread)
public class PairBenchmark {
  private static final double FULL = 0.70;

  /** How many of the fleet's containers come and go. */
  private static final int MOVING = 1 << 14;

  @Param({"100", "1000", "10000"})
  public int hosts;

  @Param({"spread", "binpack"})
  public String strategy;

  @Param({"NOTHING", "ALL"})
  public String asks;

  private Berth berth;
  private HostId any;
  private Request[] moving;
  private int next;

  @Setup
  public void fill() {
    List<Shape> shapes = Workload.hosts(hosts, false);
    Workload work = Workload.toFill(Workload.Asks.valueOf(asks));
    berth = new Berth(shapes, strategy.equals("spread") ? new Spread() : new Binpack());
    any = berth.host(0);
    List<Task> tasks = Filling.by(berth, shapes, work, FULL).tasks();
    SplittableRandom random = new SplittableRandom(Workload.SEED);
    moving = new Request[Math.min(MOVING, tasks.size())];
    for (int i = 0; i < moving.length; i++) {
      moving[i] = berth.prepare(tasks.get(random.nextInt(tasks.size())));
    }
  }

  /** The host. */
  @Benchmark
  public Optional<Object> pair() {
    Request request = moving[next];
    next = (next + 1) % moving.length;
    berth.release(request, any);
    return berth.place(request);
  }
}
