package dev.berth.manager.tenant;

import java.util.Locale;

/** What a user may do in a tenant; each role may do what those before it may. */
public enum Role {
  /** Looks. */
  READER,
  /** Runs things. */
  MEMBER,
  /** An operator: sees the fleet, and acts in any tenant. */
  ADMIN;

  /** Parses {@link #text}. */
  public static Role parse(String text) {
    return switch (text) {
      case "reader" -> READER;
      case "member" -> MEMBER;
      case "admin" -> ADMIN;
      default ->
          throw new IllegalArgumentException(
              "no such role: \"%s\"; it is reader, member or admin".formatted(text));
    };
  }

  /** As it is written in records and answers: in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
