package dev.berth.manager.cluster;

/** A network asks for addresses that a tenant may not have. */
public final class RefusedSubnetException extends Exception {
  RefusedSubnetException(String subnet, String reason) {
    super("the subnet %s is not allowed: %s".formatted(subnet, reason));
  }
}
