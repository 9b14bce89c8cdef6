package dev.berth.manager.cluster;

/** A machine is not let into the cluster; the message says why and what to do. */
public final class JoinRefusedException extends Exception {
  private final int status;

  JoinRefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  JoinRefusedException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** 400 for a bad request, 401 for a token that is no good, 403 for another role, 503. */
  public int status() {
    return status;
  }
}
