package dev.berth.common.tls;

import java.util.Locale;

/** What a certificate of the cluster's authority says that its holder is. */
public enum PeerRole {
  MANAGER,
  AGENT,
  /** A person or program in a tenant; signed by the authority for users, never by the cluster's. */
  USER;

  /** As people say and write it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String organization() {
    return "berth:" + word();
  }
}
