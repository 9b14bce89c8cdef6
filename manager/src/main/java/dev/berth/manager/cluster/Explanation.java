package dev.berth.manager.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What would become of a create call, for operators.
 *
 * @param isPlaced whether it would be placed
 * @param message why not, as its user would be told; empty when it would be
 * @param hosts by their ids
 * @param note what else to know; empty for nothing
 */
public record Explanation(
    boolean isPlaced,
    String message,
    List<Host> hosts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String note) {
  static final String CHOSEN = "chosen";
  static final String POSSIBLE = "possible";

  public Explanation {
    // It is left out where it is empty.
    note = note == null ? "" : note;
  }

  /** The same, with that to know besides. */
  public Explanation noting(String what) {
    return new Explanation(isPlaced, message, hosts, what);
  }

  /** The same of a call that is refused for what no host can help. */
  public Explanation refused(String why) {
    return new Explanation(
        false,
        why,
        hosts.stream()
            .map(
                host ->
                    host.fate().equals(CHOSEN)
                        ? new Host(host.id(), host.name(), POSSIBLE, host.reason(), host.score())
                        : host)
            .toList(),
        note);
  }

  /**
   * One host.
   *
   * @param fate {@code chosen}, {@code possible}, or the filter that removes it
   * @param reason why it is removed; empty when it is not
   * @param score how the strategy values it, where it has scores
   */
  public record Host(String id, String name, String fate, String reason, Long score) {}
}
