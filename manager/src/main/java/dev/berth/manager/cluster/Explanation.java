package dev.berth.manager.cluster;

import java.util.List;

/**
 * What would become of a create call, for operators.
 *
 * @param isPlaced whether it would be placed
 * @param message why not, as its user would be told; empty when it would be
 * @param hosts by their ids
 */
public record Explanation(boolean isPlaced, String message, List<Host> hosts) {

  /**
   * One host.
   *
   * @param fate {@code chosen}, {@code possible}, or the filter that removes it
   * @param reason why it is removed; empty when it is not
   * @param score how the strategy values it, where it has scores
   */
  public record Host(String id, String name, String fate, String reason, Long score) {}
}
