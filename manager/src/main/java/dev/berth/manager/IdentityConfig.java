package dev.berth.manager;

import dev.berth.manager.keystone.KeystoneConfig;
import dev.berth.manager.tenant.IdentitySource;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may call.
 *
 * @param sources those that are switched on; at least one
 * @param keystone how to ask the Keystone; empty where there is none
 * @param recheck how often the caller of an open stream is looked at again
 */
public record IdentityConfig(
    Set<IdentitySource> sources, Optional<KeystoneConfig> keystone, Duration recheck) {

  public IdentityConfig {
    sources = Set.copyOf(sources);
    if (sources.isEmpty()) {
      throw new IllegalArgumentException(
          "nobody could call: name at least one of own, keystone and certificates");
    }
    if (sources.contains(IdentitySource.KEYSTONE) && keystone.isEmpty()) {
      throw new IllegalArgumentException(
          "keystone is named, but there is none: set keystone.url too");
    }
  }

  /** All sources that there are. */
  public static IdentityConfig all(Optional<KeystoneConfig> keystone, Duration recheck) {
    Set<IdentitySource> sources = EnumSet.allOf(IdentitySource.class);
    if (keystone.isEmpty()) {
      sources.remove(IdentitySource.KEYSTONE);
    }
    return new IdentityConfig(sources, keystone, recheck);
  }

  /**
   * The named sources only.
   *
   * @throws IllegalArgumentException for a name of none, for no name, and for a Keystone that is
   *     not there
   */
  public static IdentityConfig of(
      List<String> names, Optional<KeystoneConfig> keystone, Duration recheck) {
    Set<IdentitySource> sources = EnumSet.noneOf(IdentitySource.class);
    names.forEach(name -> sources.add(IdentitySource.parse(name)));
    return new IdentityConfig(sources, keystone, recheck);
  }
}
