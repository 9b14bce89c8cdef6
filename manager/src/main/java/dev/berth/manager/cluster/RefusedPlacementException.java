package dev.berth.manager.cluster;

/** No host fits; the message says which conditions removed how many hosts. */
public final class RefusedPlacementException extends Exception {
  public RefusedPlacementException(String message) {
    super(message);
  }
}
