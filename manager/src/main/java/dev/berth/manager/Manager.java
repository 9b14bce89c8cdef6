package dev.berth.manager;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** A running manager. */
public final class Manager implements AutoCloseable {
  private Manager() {}

  public static Manager start(ManagerConfig config) {
    throw new UnsupportedOperationException("the manager is not merged yet: " + config.data());
  }

  public List<Endpoint> endpoints() {
    throw new UnsupportedOperationException();
  }

  public InetSocketAddress clusterAddress() {
    throw new UnsupportedOperationException();
  }

  public String issueJoinToken(String role, Duration lifetime, int uses) {
    throw new UnsupportedOperationException(role + lifetime + uses);
  }

  @Override
  public void close() {}
}
