package dev.berth.manager.limit;

import java.time.Duration;

/** 429: more than a limit lets; the message says of what, and what to do. */
public final class LimitedException extends RuntimeException {
  private final Duration retryAfter;

  LimitedException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  public int status() {
    return 429;
  }

  /** The value of {@code Retry-After} (RFC 9110, 10.2.3): whole seconds, at least one. */
  public String retryAfterSeconds() {
    return Long.toString(Math.max(1, retryAfter.plusMillis(999).toSeconds()));
  }
}
