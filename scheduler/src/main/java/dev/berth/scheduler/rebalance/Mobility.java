package dev.berth.scheduler.rebalance;

import dev.berth.scheduler.Request;

/** Whether a container may be moved. */
public sealed interface Mobility {

  /**
   * It may.
   *
   * @param asked all that it asked for when it was made, hints and dependencies too: the new host
   *     must have it
   */
  record Movable(Request asked) implements Mobility {}

  /**
   * It stays where it is.
   *
   * @param why as {@code it has a volume that only this host has}
   */
  record Fixed(String why) implements Mobility {}
}
