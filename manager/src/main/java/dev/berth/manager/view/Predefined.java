package dev.berth.manager.view;

import com.google.common.hash.Hashing;
import dev.berth.common.id.TenantId;
import java.nio.charset.StandardCharsets;

/**
 * The networks that a tenant has without having made them, over all hosts: their names are an
 * engine's, and their ids are the tenant's, the same on every host and for as long as it is there.
 */
public final class Predefined {
  public static final String BRIDGE = "bridge";
  public static final String NONE = "none";

  private Predefined() {}

  static boolean isName(String name) {
    return name.equals(BRIDGE) || name.equals(NONE);
  }

  /** The id that the tenant sees: 64 lower case hexadecimal digits, as of every network. */
  public static String id(TenantId tenant, String name) {
    return Hashing.sha256()
        .hashString("network/" + tenant + "/" + name, StandardCharsets.UTF_8)
        .toString();
  }
}
