package dev.berth.manager.cluster;

import java.io.IOException;

/** An agent knows of a later leader: what was asked was not done, and can be asked again. */
public final class StaleEpochException extends IOException {
  StaleEpochException(String message) {
    super(message);
  }
}
