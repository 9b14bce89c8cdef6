package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;

/** A volume that was to be made on one host was made on another at the same moment. */
final class ElsewhereException extends Exception {
  private final HostId host;

  ElsewhereException(String name, HostId host) {
    super("the volume \"%s\" was made on another host meanwhile; try again".formatted(name));
    this.host = host;
  }

  HostId host() {
    return host;
  }
}
