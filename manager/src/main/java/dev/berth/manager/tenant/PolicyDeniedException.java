package dev.berth.manager.tenant;

/** A body asks for what the tenant's policy does not give; the message names field and reason. */
public final class PolicyDeniedException extends RuntimeException {
  private final int status;
  private final String field;

  private PolicyDeniedException(int status, String field, String message) {
    super(message);
    this.status = status;
    this.field = field;
  }

  static PolicyDeniedException denied(String field, String reason) {
    return new PolicyDeniedException(403, field, field + " is not allowed: " + reason);
  }

  static PolicyDeniedException missing(String field, String message) {
    return new PolicyDeniedException(404, field, message);
  }

  /**
   * 403, as the engine answers for its authorization plug-ins, or 404 when the body names an object
   * that is not in the caller's scope.
   */
  public int status() {
    return status;
  }

  /** Whether it names an object that is not in the caller's scope, which nobody can let by. */
  boolean isMissing() {
    return status == 404;
  }

  /** The path of the field, as {@code HostConfig.Binds[0]}. */
  public String field() {
    return field;
  }
}
