package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer to a request for a place. */
public sealed interface Placement {

  /** The host has room reserved for the container until it is released. */
  record Placed(RecordId id, HostId host) implements Placement {}

  /**
   * No host will do, and nothing has changed.
   *
   * @param message one sentence for the user, in Swarm's or the engine's wording: it names no host
   *     and nothing of other tenants
   * @param hosts how many there were
   * @param removals what each filter that removed hosts did, in the order of the filters
   * @param nearest up to three of the hosts that came furthest, for operators
   * @param shortfall what the first of these lacks, for the user: without its name
   */
  record Refused(
      String message,
      int hosts,
      List<Removal> removals,
      List<Miss> nearest,
      Optional<String> shortfall)
      implements Placement {
    public Refused {
      removals = List.copyOf(removals);
      nearest = List.copyOf(nearest);
    }

    Refused saying(String other) {
      return new Refused(other, hosts, removals, nearest, shortfall);
    }

    /**
     * The message with how many hosts each filter removed and the nearest miss, in one sentence
     * without their names.
     */
    public String explanation() {
      if (hosts == 0) {
        return message + " (there are no hosts)";
      }
      List<String> parts = new ArrayList<>();
      removals.forEach(removal -> parts.add(removal.filter() + " removed " + removal.hosts()));
      return "%s (of %d %s, %s%s)"
          .formatted(
              message,
              hosts,
              hosts == 1 ? "host" : "hosts",
              String.join(", ", parts),
              shortfall.map(lack -> "; nearest: " + lack).orElse(""));
    }
  }

  /**
   * The hosts that passed all earlier filters and not this one.
   *
   * @param condition what was asked, as {@code zone==a}
   * @param hosts how many, at least one
   */
  record Removal(String filter, String condition, int hosts) {}

  /** A host that passed all filters up to this one, and why it did not pass that. */
  record Miss(HostId host, String filter, String reason) {}
}
