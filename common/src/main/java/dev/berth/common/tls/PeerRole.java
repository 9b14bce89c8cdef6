package dev.berth.common.tls;

/** What a certificate of the cluster's authority says that its holder is. */
public enum PeerRole {
  MANAGER,
  AGENT,
  /** A person or program in a tenant; signed by the authority for users, never by the cluster's. */
  USER;

  String organization() {
    return "berth:" + name().toLowerCase(java.util.Locale.ROOT);
  }
}
