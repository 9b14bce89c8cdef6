package dev.berth.scheduler;

import java.util.ArrayList;
import java.util.List;

/**
 * The filters that a host must pass beside having room and GPUs.
 *
 * @param ofAll those that every host must be asked
 * @param ofStrangers those of them that matter where the tenant has nothing
 */
record Asked(List<Filter> ofAll, List<Filter> ofStrangers) {
  static final Asked NOTHING = new Asked(List.of(), List.of());

  static Asked of(List<Filter> filters, Request request) {
    if (filters.isEmpty()) {
      return NOTHING;
    }
    List<Filter> ofStrangers = new ArrayList<>(filters.size());
    for (int i = 0; i < filters.size(); i++) {
      if (filters.get(i).reach(request) != Filter.Reach.OWN) {
        ofStrangers.add(filters.get(i));
      }
    }
    return new Asked(filters, ofStrangers);
  }
}
