package dev.berth.scheduler;

import java.util.function.Predicate;

/**
 * Looks for the hosts that lack the least room, when room is what was lacking in the end. Cells
 * whose hosts must lack more than those that were found are left out.
 */
final class RoomMisses {
  private static final int PERCENT = 100;

  private final HostState[] byOrdinal;
  private final int[] numbers;
  private final Usage usage;
  private final Filter filter;
  private final Request request;
  private final Predicate<HostState> isLast;
  private final Nearest nearest;
  private long cpuLimit;
  private long memoryLimit;

  /**
   * @param byOrdinal hosts
   * @param numbers theirs
   * @param usage theirs, by number
   * @param filter that of room
   * @param isLast whether it was that filter which removed a host
   * @param nearest to which they are added
   */
  RoomMisses(
      HostState[] byOrdinal,
      int[] numbers,
      Usage usage,
      Filter filter,
      Request request,
      Predicate<HostState> isLast,
      Nearest nearest) {
    this.byOrdinal = byOrdinal;
    this.numbers = numbers;
    this.usage = usage;
    this.filter = filter;
    this.request = request;
    this.isLast = isLast;
    this.nearest = nearest;
  }

  /** From now on limits are those of that kind. */
  void enter(HostIndex.Kind kind) {
    cpuLimit = kind.cpuLimit();
    memoryLimit = kind.memoryLimit();
  }

  /** Whether hosts that use so many whole percents, or more, can be among the nearest. */
  boolean canBeNear(int row, int column) {
    return nearest.canBe(filter.distance(most(cpuLimit, row), most(memoryLimit, column), request));
  }

  /** No host that uses that percent has more left. */
  private static long most(long limit, int percent) {
    return limit - (percent * limit + PERCENT - 1) / PERCENT;
  }

  void look(Cell cell) {
    for (int i = 0; i < cell.size(); i++) {
      int ordinal = Cell.ordinal(cell.key(i));
      int number = numbers[ordinal];
      long distance =
          filter.distance(
              cpuLimit - usage.cpu(number), memoryLimit - usage.memory(number), request);
      HostState host = byOrdinal[ordinal];
      if (nearest.isOne(host, distance) && isLast.test(host)) {
        nearest.add(host, distance);
      }
    }
  }
}
