package dev.berth.manager.keystone;

import dev.berth.manager.tenant.Role;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How to ask a Keystone. What v2.0 cannot tell cannot be asked of it.
 *
 * @param url its root, as {@code https://keystone.example.org:5000}
 * @param version which of its APIs is asked
 * @param roles Berth's role for each of Keystone's that means something here
 * @param required a role that a token must have as well, whatever its others are
 * @param believed how long a good token is believed before Keystone is asked again
 * @param ca who signed its certificate; empty for those that Java knows
 */
public record KeystoneConfig(
    URI url,
    Version version,
    Map<String, Role> roles,
    Optional<String> required,
    Duration believed,
    Optional<Path> ca) {

  /** Identity API versions: v2.0 is for sites that have not left it. */
  public enum Version {
    V3,
    V2
  }

  public KeystoneConfig {
    roles = Map.copyOf(roles);
    if (version == Version.V2 && required.isPresent()) {
      throw new IllegalArgumentException(
          "keystone.required-role cannot be asked for with keystone.version v2.0, which does not always tell the roles: leave one of them out");
    }
  }

  /**
   * The root of a Keystone, also where its v3 is given.
   *
   * @throws IllegalArgumentException for what is no http or https URL
   */
  public static URI parseUrl(String text) {
    try {
      URI url = new URI(text.replaceFirst("/+$", "").replaceFirst("/v(3|2\\.0)$", ""));
      if (url.getHost() != null
          && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "\"%s\" is no URL of a Keystone: use http://HOST:PORT or https://HOST:PORT"
            .formatted(text));
  }

  /**
   * Roles by their texts.
   *
   * @throws IllegalArgumentException for a role that Berth does not have
   */
  public static Map<String, Role> parseRoles(Map<String, String> pairs) {
    Map<String, Role> roles = new TreeMap<>();
    pairs.forEach((name, role) -> roles.put(name, Role.parse(role)));
    return roles;
  }
}
