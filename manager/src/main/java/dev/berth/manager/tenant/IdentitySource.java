package dev.berth.manager.tenant;

import java.util.Locale;

/**
 * Who vouches for a caller. Users of one name in two sources have nothing to do with each other.
 */
public enum IdentitySource {
  /** A token of Berth's own store. */
  OWN,
  /** A token of the Keystone beside it. */
  KEYSTONE,
  /** A client certificate, which stands for a token of Berth's own store. */
  CERTIFICATES;

  /** Parses {@link #text}. */
  public static IdentitySource parse(String text) {
    return switch (text) {
      case "own" -> OWN;
      case "keystone" -> KEYSTONE;
      case "certificates" -> CERTIFICATES;
      default ->
          throw new IllegalArgumentException(
              "no such source of callers: \"%s\"; it is own, keystone or certificates"
                  .formatted(text));
    };
  }

  /** As it is written in the configuration and in answers. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
