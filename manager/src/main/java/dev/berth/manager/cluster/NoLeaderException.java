package dev.berth.manager.cluster;

/** No manager leads at the moment, so nothing can be placed. */
public final class NoLeaderException extends Exception {
  public NoLeaderException(String message) {
    super(message);
  }
}
