package dev.berth.manager;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** A running manager. */
public final class Manager implements AutoCloseable {
  private final ManagerConfig config;

  private Manager(ManagerConfig config) {
    this.config = config;
  }

  public static Manager start(ManagerConfig config) {
    if (config.advertise().isEmpty()) {
      return new Manager(config);
    }
    throw new UnsupportedOperationException("the manager is not merged yet: " + config.data());
  }

  public List<Endpoint> endpoints() {
    return List.of();
  }

  public InetSocketAddress clusterAddress() {
    return config.cluster();
  }

  public String issueJoinToken(String role, Duration lifetime, int uses) {
    return role + lifetime + uses;
  }

  @Override
  public void close() {}
}
