package dev.berth.manager.tenant;

/** The caller is not let in; the message says why and what to do. */
public final class RefusedCallerException extends RuntimeException {
  private final int status;

  public RefusedCallerException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** 401, 403 or 503. */
  public int status() {
    return status;
  }
}
