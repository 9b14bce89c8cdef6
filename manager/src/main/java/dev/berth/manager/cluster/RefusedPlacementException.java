package dev.berth.manager.cluster;

import dev.berth.scheduler.quota.Quota;

/**
 * No host fits, and the message says which conditions removed how many hosts; or the tenant would
 * have more than it may.
 */
public final class RefusedPlacementException extends Exception {
  private static final int CONFLICT = 409;
  private static final int FORBIDDEN = 403;

  private final int status;

  private RefusedPlacementException(int status, String message) {
    super(message);
    this.status = status;
  }

  public RefusedPlacementException(String message) {
    this(CONFLICT, message);
  }

  /** More than the tenant may have. */
  public static RefusedPlacementException overQuota(Quota.Excess excess) {
    return new RefusedPlacementException(FORBIDDEN, excess.sentence());
  }

  /** What another manager was refused. */
  static RefusedPlacementException retold(String message, boolean overQuota) {
    return new RefusedPlacementException(overQuota ? FORBIDDEN : CONFLICT, message);
  }

  public boolean isOverQuota() {
    return status == FORBIDDEN;
  }

  /** The status that a client gets. */
  public int status() {
    return status;
  }
}
