package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import java.util.List;

/** What became of a request. */
public sealed interface Placement {

  /** It has a place, which is reserved. */
  record Placed(HostId host) implements Placement {}

  /**
   * No host fits.
   *
   * @param removed how many hosts each filter took away, in the filters' order
   */
  record Refused(List<Removal> removed) implements Placement {
    public Refused {
      removed = List.copyOf(removed);
    }

    /** The refusal as a sentence for the user, with the words of classic Swarm. */
    public String sentence() {
      if (removed.isEmpty()) {
        return "No healthy node available in the cluster";
      }
      StringBuilder text = new StringBuilder(removed.getLast().filter().verdict());
      text.append(" (of ")
          .append(removed.stream().mapToInt(Removal::hosts).sum())
          .append(" hosts, ");
      for (int i = 0; i < removed.size(); i++) {
        text.append(i == 0 ? "" : ", ")
            .append(removed.get(i).hosts())
            .append(' ')
            .append(removed.get(i).filter().reason());
      }
      return text.append(')').toString();
    }
  }

  /** So many hosts were taken away by that filter. */
  record Removal(Filter filter, int hosts) {}
}
