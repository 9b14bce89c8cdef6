package dev.berth.scheduler.rebalance;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import java.util.List;

/**
 * What would be better.
 *
 * @param moves in an order in which each is allowed by all filters once those before it are done
 * @param stays containers that would have been tried but cannot move, up to 100
 * @param moreStays how many besides cannot move
 */
public record Proposal(
    List<Move> moves, Measure before, Measure after, List<Stay> stays, int moreStays) {

  /** A container that may not move, or that no other host can have, and why. */
  public record Stay(RecordId container, HostId host, String why) {}

  public Proposal {
    moves = List.copyOf(moves);
    stays = List.copyOf(stays);
  }
}
