package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;
import java.io.IOException;

/** A host's agent or engine does not answer; what was asked of it may or may not have happened. */
public final class HostUnreachableException extends IOException {
  public HostUnreachableException(HostId host, String reason) {
    super("host %s does not answer: %s".formatted(host, reason));
  }

  public HostUnreachableException(HostId host, IOException cause) {
    super("host %s does not answer: %s".formatted(host, cause.getMessage()), cause);
  }
}
