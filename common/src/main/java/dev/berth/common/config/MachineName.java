package dev.berth.common.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** This machine's own name, by which others know it unless the configuration has another. */
public final class MachineName {
  private MachineName() {}

  /** The name; empty when it does not resolve here, so that nobody can be told to use it. */
  public static Optional<String> find() {
    try {
      return Optional.of(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
