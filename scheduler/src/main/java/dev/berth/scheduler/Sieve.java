package dev.berth.scheduler;

import java.util.List;

/**
 * Which filter removes a host of one kind, for a request that no host is admitted for. What all of
 * the kind share is asked once, of one of them; and what can only remove hosts with certain ports,
 * or with containers of the tenant's own, is asked of those alone.
 */
final class Sieve {
  private final List<Filter> filters;
  private final Request request;

  /** The places of the filters that must be asked for each host, ascending. */
  private final int[] each;

  /** The same without those that only certain hosts need to be asked. */
  private final int[] ordinary;

  private final int eachSize;
  private final int ordinarySize;

  /**
   * The first filter that none of the kind passes; how many filters there are when there is none.
   */
  private final int end;

  Sieve(HostIndex.Kind kind, HostState example, List<Filter> filters, Request request) {
    this.filters = filters;
    this.request = request;
    each = new int[filters.size()];
    ordinary = new int[filters.size()];
    int size = 0;
    int ordinaries = 0;
    int at = 0;
    for (; at < filters.size(); at++) {
      Filter filter = filters.get(at);
      if (filter.looks() == Filter.Looks.AT_KIND) {
        if (!filter.admits(example, request)) {
          break;
        }
      } else if (filter.looks() == Filter.Looks.AT_ROOM
          || !kind.isPlain()
          || !filter.sparesPlainHosts(request)) {
        each[size++] = at;
        if (!kind.isPlain() || filter.reach(request) == Filter.Reach.EVERY) {
          ordinary[ordinaries++] = at;
        }
      }
    }
    end = at;
    eachSize = size;
    ordinarySize = ordinaries;
  }

  /**
   * Whether ordinary hosts of the kind are removed by one filter, or for lack of room by another.
   */
  boolean isByRoom() {
    boolean isOne = ordinarySize == 0 || (ordinarySize == 1 && end == filters.size());
    boolean isTwo = ordinarySize == 2 && end == filters.size();
    return isOne || (isTwo && filters.get(ordinary[0]).looks() == Filter.Looks.AT_ROOM);
  }

  /** Whether ordinary hosts fare by whether they have room; if not, all fare the same. */
  boolean asksForRoom() {
    return ordinarySize == 2;
  }

  /** The filter that removes ordinary hosts without room, or all when it is the same for all. */
  int roomless() {
    return ordinarySize == 0 ? end : ordinary[0];
  }

  /** The filter that removes ordinary hosts with room. */
  int roomy() {
    return ordinarySize == 2 ? ordinary[1] : roomless();
  }

  /** The filter that removes one to which a filter that seldom matters may matter. */
  int remover(HostState host) {
    return remover(host, each, eachSize);
  }

  /** The filter that removes an ordinary one. */
  int ordinaryRemover(HostState host) {
    return remover(host, ordinary, ordinarySize);
  }

  private int remover(HostState host, int[] asked, int size) {
    for (int i = 0; i < size; i++) {
      if (!filters.get(asked[i]).admits(host, request)) {
        return asked[i];
      }
    }
    return end;
  }
}
