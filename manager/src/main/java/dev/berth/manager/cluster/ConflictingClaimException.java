package dev.berth.manager.cluster;

/** What was asked for cannot be, because of what the tenant has already; the message is for it. */
public final class ConflictingClaimException extends Exception {
  ConflictingClaimException(String message) {
    super(message);
  }
}
