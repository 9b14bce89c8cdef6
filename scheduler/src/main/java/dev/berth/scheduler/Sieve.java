package dev.berth.scheduler;

import java.util.List;

/**
 * Which filter removes a host of one kind, for a request that no host is admitted for: what all of
 * the kind share is asked once, of one of them.
 */
final class Sieve {
  private final List<Filter> filters;
  private final Request request;

  /** The places of the filters that must be asked for each host, ascending. */
  private final int[] each;

  private final int eachSize;

  /**
   * The first filter that none of the kind passes; how many filters there are when there is none.
   */
  private final int end;

  /** Where the only filter to ask of each is that of room, which then removes all. */
  private final int fate;

  Sieve(HostIndex.Kind kind, HostState example, List<Filter> filters, Request request) {
    this.filters = filters;
    this.request = request;
    each = new int[filters.size()];
    int size = 0;
    int at = 0;
    boolean isRoomAlone = true;
    for (; at < filters.size(); at++) {
      Filter filter = filters.get(at);
      if (filter.looks() == Filter.Looks.AT_KIND) {
        if (!filter.admits(example, request)) {
          break;
        }
      } else if (filter.looks() == Filter.Looks.AT_ROOM
          || !kind.isPlain()
          || !filter.sparesPlainHosts(request)) {
        isRoomAlone &= filter.looks() == Filter.Looks.AT_ROOM;
        each[size++] = at;
      }
    }
    end = at;
    eachSize = size;
    if (size == 0) {
      fate = end;
    } else {
      fate = size == 1 && isRoomAlone && end == filters.size() ? each[0] : -1;
    }
  }

  /** Whether the same filter removes all of the kind. */
  boolean isForAll() {
    return fate >= 0;
  }

  /** The filter that removes all of the kind. */
  int fate() {
    return fate;
  }

  /** The filter that removes this one. */
  int remover(HostState host) {
    if (fate >= 0) {
      return fate;
    }
    for (int i = 0; i < eachSize; i++) {
      if (!filters.get(each[i]).admits(host, request)) {
        return each[i];
      }
    }
    return end;
  }
}
