package dev.berth.manager;

import java.net.InetSocketAddress;

/** Which ZooKeeper holds the cluster's state. */
public sealed interface ZooKeeperConfig {

  /**
   * One that the manager runs itself, with its files below the manager's data directory.
   *
   * @param listen where agents and other managers reach it; port 0 lets the kernel choose
   */
  record Embedded(InetSocketAddress listen) implements ZooKeeperConfig {}

  /**
   * One that an operator runs.
   *
   * @param connect as ZooKeeper's clients take it, {@code host:port,host:port/chroot}
   */
  record Ensemble(String connect) implements ZooKeeperConfig {
    public Ensemble {
      if (connect.isBlank()) {
        throw new IllegalArgumentException(
            "a ZooKeeper ensemble needs an address: use host:port,host:port/chroot");
      }
    }
  }
}
