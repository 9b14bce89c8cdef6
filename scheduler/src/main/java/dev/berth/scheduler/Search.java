package dev.berth.scheduler;

import dev.berth.common.resource.Resources;
import java.util.List;
import java.util.Optional;

/**
 * The search for one request through the grids, and the best host that it has seen. The order is
 * that of spread or of binpack, to the last tie.
 */
final class Search {
  private static final int PERCENT = 100;
  private static final int FULL = 100;

  /** What a resource that is not asked for counts (Swarm 1.2.9). */
  private static final int UNASKED = 100;

  private final HostState[] byOrdinal;
  private final Request request;
  private final List<Filter> filters;
  private final boolean isAscending;
  private final long cpu;
  private final long memory;

  // Of the grid that is searched now.
  private long cpuLimit;
  private long memoryLimit;
  private long cpuRoom;
  private long memoryRoom;
  private int askedPercent;
  private int slack;
  private int lastRow;
  private int lastColumn;

  private HostState best;
  private long bestScore;
  private long bestKey;

  /**
   * @param filters those that a host must pass beside having room
   * @param isAscending whether the least full is the best: spread; else binpack
   */
  Search(HostState[] byOrdinal, Request request, List<Filter> filters, boolean isAscending) {
    this.byOrdinal = byOrdinal;
    this.request = request;
    this.filters = filters;
    this.isAscending = isAscending;
    Resources asked = request.resources();
    this.cpu = asked.cpus().value();
    this.memory = asked.memory().value();
  }

  void enter(long newCpuLimit, long newMemoryLimit) {
    cpuLimit = newCpuLimit;
    memoryLimit = newMemoryLimit;
    cpuRoom = cpu == 0 ? Long.MAX_VALUE : newCpuLimit - cpu;
    memoryRoom = memory == 0 ? Long.MAX_VALUE : newMemoryLimit - memory;
    lastRow = last(cpu, cpuRoom, newCpuLimit);
    lastColumn = last(memory, memoryRoom, newMemoryLimit);
    int cpuPercent = percent(cpu, newCpuLimit);
    int memoryPercent = percent(memory, newMemoryLimit);
    askedPercent = cpuPercent + memoryPercent;
    slack = (cpu == 0 ? 0 : 1) + (memory == 0 ? 0 : 1);
  }

  private static int last(long asked, long room, long limit) {
    if (asked == 0) {
      return FULL;
    }
    return room < 0 || limit == 0 ? -1 : (int) (room * PERCENT / limit);
  }

  private static int percent(long asked, long limit) {
    return asked == 0 ? UNASKED : limit == 0 ? FULL : (int) Math.min(FULL, asked * PERCENT / limit);
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

  int lastRow() {
    return lastRow;
  }

  int lastColumn() {
    return lastColumn;
  }

  /** Whether hosts that are used to these percents in what is asked for can be the best. */
  boolean canWin(int usedPercent) {
    int least = usedPercent + askedPercent;
    return best == null || (isAscending ? least <= bestScore : least + slack >= bestScore);
  }

  void look(Cell cell, int row, int column) {
    if (row > lastRow || column > lastColumn) {
      return;
    }
    int least = (cpu > 0 ? row : 0) + (memory > 0 ? column : 0) + askedPercent;
    long cpuStep = cpu == 0 ? Long.MAX_VALUE : step(row, cpu, cpuLimit);
    long memoryStep = memory == 0 ? Long.MAX_VALUE : step(column, memory, memoryLimit);
    if (isAscending) {
      ascend(cell, least, cpuStep, memoryStep);
    } else {
      descend(cell, least, cpuStep, memoryStep);
    }
  }

  /** From how much use on the percent with what is asked for is one more than the sum of both. */
  private static long step(int usedPercent, long asked, long limit) {
    long next = usedPercent + asked * PERCENT / limit + 1;
    // The least that, with what is asked for, makes that many whole percents.
    return (next * limit + PERCENT - 1) / PERCENT - asked;
  }

  private void ascend(Cell cell, int least, long cpuStep, long memoryStep) {
    for (int i = 0; i < cell.size(); i++) {
      long key = cell.at(i);
      if (best != null && (least > bestScore || (least == bestScore && key >= bestKey))) {
        return;
      }
      HostState host = byOrdinal[Cell.ordinal(key)];
      long score = score(host, least, cpuStep, memoryStep);
      boolean isBetter = best == null || score < bestScore || (score == bestScore && key < bestKey);
      if (isBetter && hasRoom(host) && isAdmitted(host)) {
        keep(host, score, key);
        if (score == least) {
          return;
        }
      }
    }
  }

  private void descend(Cell cell, int least, long cpuStep, long memoryStep) {
    int most = least + slack;
    int end = cell.size();
    while (end > 0) {
      int begin = cell.runBegin(end - 1);
      for (int i = begin; i < end; i++) {
        long key = cell.at(i);
        if (best != null && !isBefore(most, key)) {
          if (most < bestScore || Cell.containers(key) < Cell.containers(bestKey)) {
            return;
          }
          break;
        }
        HostState host = byOrdinal[Cell.ordinal(key)];
        long score = score(host, least, cpuStep, memoryStep);
        if ((best == null || isBefore(score, key)) && hasRoom(host) && isAdmitted(host)) {
          keep(host, score, key);
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

  private static int score(HostState host, int least, long cpuStep, long memoryStep) {
    return least + (host.usedCpu() >= cpuStep ? 1 : 0) + (host.usedMemory() >= memoryStep ? 1 : 0);
  }

  private boolean hasRoom(HostState host) {
    return host.usedCpu() <= cpuRoom && host.usedMemory() <= memoryRoom;
  }

  private boolean isAdmitted(HostState host) {
    for (int i = 0; i < filters.size(); i++) {
      if (!filters.get(i).admits(host, request)) {
        return false;
      }
    }
    return true;
  }

  private void keep(HostState host, long score, long key) {
    best = host;
    bestScore = score;
    bestKey = key;
  }

  Optional<HostState> best() {
    return Optional.ofNullable(best);
  }
}
