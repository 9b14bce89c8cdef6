package dev.berth.manager.tenant;

/** What a user may do in a tenant; each role may do what those before it may. */
public enum Role {
  /** Looks. */
  READER,
  /** Runs things. */
  MEMBER,
  /** An operator: sees the fleet, and acts in any tenant. */
  ADMIN;

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
