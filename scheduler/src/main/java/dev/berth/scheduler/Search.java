package dev.berth.scheduler;

import dev.berth.common.resource.Resources;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The search for one request through the grids, and the best host that it has seen. The order is
 * that of spread or of binpack, to the last tie.
 */
final class Search {
  private static final int PERCENT = 100;
  private static final int FULL = 100;

  /** What a resource that is not asked for counts (Swarm 1.2.9). */
  private static final int UNASKED = 100;

  private final HostState[] hosts;
  private final int[] numbers;
  private final Usage usage;
  private final Request request;
  private final IntPredicate matters;
  private final Asked ofAny;
  private final Asked ofPlain;
  private final boolean isAscending;
  private final long cpu;
  private final long memory;
  private final long gpus;

  // Of the grid that is searched now.
  private long cpuLimit = -1;
  private long memoryLimit = -1;
  private long cpuRoom;
  private long memoryRoom;
  private int cpuPercent;
  private int memoryPercent;
  private int slack;
  private int lastRow;
  private int lastColumn;
  private Asked asked = Asked.NOTHING;

  private HostState best;
  private long bestScore;
  private long bestKey;

  /**
   * @param hosts by ordinal
   * @param numbers theirs
   * @param usage theirs, by number
   * @param matters whether what the tenant has on the host of that number may matter
   * @param ofAny what a host must be asked
   * @param ofPlain what of that a plain host must be asked
   * @param isAscending whether the least full is the best: spread; else binpack
   */
  Search(
      HostState[] hosts,
      int[] numbers,
      Usage usage,
      Request request,
      IntPredicate matters,
      Asked ofAny,
      Asked ofPlain,
      boolean isAscending) {
    this.hosts = hosts;
    this.numbers = numbers;
    this.usage = usage;
    this.request = request;
    this.matters = matters;
    this.ofAny = ofAny;
    this.ofPlain = ofPlain;
    this.isAscending = isAscending;
    Resources asked = request.resources();
    this.cpu = asked.cpus().value();
    this.memory = asked.memory().value();
    this.gpus = request.demands().extras().of(ResourceKind.GPU);
  }

  /**
   * Goes through grids, the most promising first.
   *
   * @param grids those of equal limits one after another
   */
  void go(Grid[] grids) {
    int first = 0;
    int most = -1;
    for (int i = 0; i < grids.length; i++) {
      enter(grids[i].kind());
      int bound = grids[i].bound(this);
      int promise =
          bound < 0
              ? -1
              : isAscending ? 5 * PERCENT - bound - askedPercent() : bound + askedPercent();
      if (promise > most) {
        most = promise;
        first = i;
      }
    }
    if (most < 0) {
      return;
    }
    enter(grids[first].kind());
    grids[first].search(this);
    for (int i = 0; i < grids.length; i++) {
      if (i != first) {
        enter(grids[i].kind());
        grids[i].search(this);
      }
    }
  }

  /** From now on limits are those of that kind. */
  void enter(HostIndex.Kind kind) {
    asked = kind.isPlain() ? ofPlain : ofAny;
    if (kind.cpuLimit() == cpuLimit && kind.memoryLimit() == memoryLimit) {
      return;
    }
    cpuLimit = kind.cpuLimit();
    memoryLimit = kind.memoryLimit();
    cpuRoom = cpu == 0 ? Long.MAX_VALUE : cpuLimit - cpu;
    memoryRoom = memory == 0 ? Long.MAX_VALUE : memoryLimit - memory;
    lastRow = last(cpu, cpuRoom, cpuLimit);
    lastColumn = last(memory, memoryRoom, memoryLimit);
    cpuPercent = percent(cpu, cpuLimit);
    memoryPercent = percent(memory, memoryLimit);
    slack = carry(cpu, cpuPercent, cpuLimit) + carry(memory, memoryPercent, memoryLimit);
  }

  private static int last(long asked, long room, long limit) {
    if (asked == 0) {
      return FULL;
    }
    return room < 0 || limit == 0 ? -FULL : (int) (room * PERCENT / limit);
  }

  private static int percent(long asked, long limit) {
    return asked == 0 ? UNASKED : asked >= limit ? FULL : (int) (asked * PERCENT / limit);
  }

  /** What the sum of two whole percents can lack: nothing when what is asked for is whole. */
  private static int carry(long asked, int percent, long limit) {
    return asked == 0 || asked * PERCENT == percent * limit ? 0 : 1;
  }

  private int askedPercent() {
    return cpuPercent + memoryPercent;
  }

  boolean asksForBoth() {
    return cpu > 0 && memory > 0;
  }

  boolean asksForCpu() {
    return cpu > 0;
  }

  boolean asksForMemory() {
    return memory > 0;
  }

  boolean isAscending() {
    return isAscending;
  }

  /** The last in which a host can have room; negative when none can. */
  int lastRow() {
    return lastRow;
  }

  /** The last in which a host can have room; negative when none can. */
  int lastColumn() {
    return lastColumn;
  }

  /** Whether hosts that are used to these percents in what is asked for can be the best. */
  boolean canWin(int usedPercent) {
    int least = usedPercent + askedPercent();
    return best == null || (isAscending ? least <= bestScore : least + slack >= bestScore);
  }

  void look(Cell cell, int row, int column) {
    if (row > lastRow || column > lastColumn) {
      return;
    }
    int least = (cpu > 0 ? row : 0) + (memory > 0 ? column : 0) + askedPercent();
    long cpuStep = cpu == 0 ? Long.MAX_VALUE : step(row + cpuPercent + 1, cpu, cpuLimit);
    long memoryStep =
        memory == 0 ? Long.MAX_VALUE : step(column + memoryPercent + 1, memory, memoryLimit);
    if (isAscending) {
      ascend(cell, least, cpuStep, memoryStep);
    } else {
      descend(cell, least, cpuStep, memoryStep);
    }
  }

  /** The least use that, with what is asked for, makes that many whole percents. */
  private static long step(int percent, long asked, long limit) {
    return (percent * limit + PERCENT - 1) / PERCENT - asked;
  }

  private void ascend(Cell cell, int least, long cpuStep, long memoryStep) {
    long lowest =
        least + reached(cell.leastCpu(), cpuStep) + reached(cell.leastMemory(), memoryStep);
    for (int i = 0; i < cell.size(); i++) {
      long key = cell.key(i);
      if (best != null && (lowest > bestScore || (lowest == bestScore && key >= bestKey))) {
        return;
      }
      int host = numbers[Cell.ordinal(key)];
      long score =
          least + reached(usage.cpu(host), cpuStep) + reached(usage.memory(host), memoryStep);
      boolean isBetter = best == null || score < bestScore || (score == bestScore && key < bestKey);
      if (isBetter && isAdmitted(host, Cell.ordinal(key))) {
        keep(score, key);
      }
    }
  }

  private void descend(Cell cell, int least, long cpuStep, long memoryStep) {
    long highest =
        least + reached(cell.mostCpu(), cpuStep) + reached(cell.mostMemory(), memoryStep);
    int end = cell.size();
    while (end > 0) {
      int begin = cell.runBegin(end - 1);
      for (int i = begin; i < end; i++) {
        long key = cell.key(i);
        if (best != null && !isBefore(highest, key)) {
          if (highest < bestScore || Cell.containers(key) < Cell.containers(bestKey)) {
            return;
          }
          break;
        }
        int host = numbers[Cell.ordinal(key)];
        long score =
            least + reached(usage.cpu(host), cpuStep) + reached(usage.memory(host), memoryStep);
        if ((best == null || isBefore(score, key)) && isAdmitted(host, Cell.ordinal(key))) {
          keep(score, key);
        }
      }
      end = begin;
    }
  }

  /** Whether binpack would take that before the best so far. */
  private boolean isBefore(long score, long key) {
    if (score != bestScore) {
      return score > bestScore;
    }
    int containers = Cell.containers(key);
    int bestContainers = Cell.containers(bestKey);
    return containers != bestContainers
        ? containers > bestContainers
        : Cell.ordinal(key) < Cell.ordinal(bestKey);
  }

  /** 1 when so much is used, else 0; without a branch, for it is either as often. */
  private static long reached(long used, long step) {
    return (step - 1 - used) >>> (Long.SIZE - 1);
  }

  /** Whether the host of that number, of the kind, has room for what is asked for. */
  boolean hasRoom(int number) {
    return usage.cpu(number) <= cpuRoom && usage.memory(number) <= memoryRoom;
  }

  private boolean isAdmitted(int number, int ordinal) {
    if (!hasRoom(number) || (gpus > 0 && usage.gpusLeft(number) < gpus)) {
      return false;
    }
    List<Filter> filters = asked.ofStrangers();
    if (asked.ofAll().size() > filters.size() && matters.test(number)) {
      filters = asked.ofAll();
    }
    if (filters.isEmpty()) {
      return true;
    }
    HostState host = hosts[ordinal];
    for (int i = 0; i < filters.size(); i++) {
      if (!filters.get(i).admits(host, request)) {
        return false;
      }
    }
    return true;
  }

  private void keep(long score, long key) {
    best = hosts[Cell.ordinal(key)];
    bestScore = score;
    bestKey = key;
  }

  Optional<HostState> best() {
    return Optional.ofNullable(best);
  }
}
