package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for fields that name other objects: what they name must be the caller's. */
final class References {
  private static final String CONTAINER = "container:";
  private static final Set<String> OPEN_NETWORKS = Set.of("", "default", "bridge", "none");
  private static final Pattern VOLUME_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,190}");
  private static final Set<String> BIND_OPTIONS =
      Set.of("", "ro", "rw", "nocopy", "z", "Z", "consistent", "cached", "delegated");
  private static final Set<String> VOLUMES_FROM_OPTIONS = Set.of("ro", "rw", "nocopy", "z", "Z");

  /** {@code id[:alias]}, the alias being the name when none is given. */
  static final Rule LINK =
      (value, at) -> {
        String link = Rules.text(value, at);
        int colon = link.indexOf(':');
        String name = withoutSlash(colon < 0 ? link : link.substring(0, colon));
        String alias = withoutSlash(colon < 0 ? link : link.substring(colon + 1));
        return Rules.of(at.admission().container(name, at) + ":" + alias);
      };

  /**
   * A link on a user's network, where the engine looks the name up in its DNS: there a container
   * answers to the first 12 digits of its id.
   */
  static final Rule NETWORK_LINK =
      (value, at) -> {
        String link = LINK.admit(value, at).orElseThrow().textValue();
        return Rules.of(link.substring(0, 12) + link.substring(link.indexOf(':')));
      };

  /** {@code container[:mode]}. */
  static final Rule VOLUMES_FROM =
      (value, at) -> {
        String from = Rules.text(value, at);
        int colon = from.indexOf(':');
        String id =
            at.admission()
                .container(withoutSlash(colon < 0 ? from : from.substring(0, colon)), at)
                .value();
        if (colon < 0) {
          return Rules.of(id);
        }
        String mode = from.substring(colon + 1);
        requireAll(mode, VOLUMES_FROM_OPTIONS, at);
        return Rules.of(id + ":" + mode);
      };

  /**
   * {@code volume:/path[:options]}. What begins with a slash is a path of the host; the engine
   * takes a single path for an anonymous volume.
   */
  static final Rule BIND =
      (value, at) -> {
        String bind = Rules.text(value, at);
        String[] parts = bind.split(":", -1);
        if (parts.length == 1) {
          requireTarget(bind, at);
          return Rules.of(bind);
        }
        if (parts[0].startsWith("/")) {
          throw at.denied("%s is a path of the host; use a named volume".formatted(parts[0]));
        }
        if (parts.length > 3) {
          throw at.malformed("a volume, a path and options, as in data:/var/data:ro");
        }
        String volume = volume(parts[0], at);
        requireTarget(parts[1], at);
        if (parts.length == 2) {
          return Rules.of(volume + ":" + parts[1]);
        }
        requireAll(parts[2], BIND_OPTIONS, at);
        return Rules.of(volume + ":" + parts[1] + ":" + parts[2]);
      };

  static final Rule VOLUME =
      (value, at) -> {
        String name = Rules.text(value, at);
        return name.isEmpty() ? Optional.empty() : Rules.of(volume(name, at));
      };

  static final Rule NETWORK_MODE =
      (value, at) -> {
        String mode = Rules.text(value, at);
        return mode.startsWith(CONTAINER) ? joined(mode, at) : Rules.of(network(mode, at));
      };

  /** The network endpoints of a container, by network. */
  static final Rule ENDPOINTS =
      (value, at) -> {
        if (!(value instanceof ObjectNode endpoints)) {
          throw at.malformed("an object");
        }
        ObjectNode admitted = JsonNodeFactory.instance.objectNode();
        for (var entry : endpoints.properties()) {
          Place place = at.field(entry.getKey());
          String network = network(entry.getKey(), place);
          if (admitted.has(network)) {
            throw at.malformed("one endpoint for each network; two are for " + network);
          }
          JsonNode endpoint = entry.getValue();
          admitted.set(
              network,
              endpoint.isNull()
                  ? JsonNodeFactory.instance.objectNode()
                  : NetworkTables.ENDPOINT.apply(endpoint, place));
        }
        return Optional.of(admitted);
      };

  private References() {}

  /** One of these words, or {@code container:} and a container of the caller's. */
  static Rule modeOrContainer(String reason, String... words) {
    Rule otherwise = Rules.oneOf(reason, words);
    return (value, at) -> {
      String mode = Rules.text(value, at);
      return mode.startsWith(CONTAINER) ? joined(mode, at) : otherwise.admit(value, at);
    };
  }

  private static Optional<JsonNode> joined(String mode, Place at) {
    String reference = withoutSlash(mode.substring(CONTAINER.length()));
    return Rules.of(CONTAINER + at.admission().container(reference, at));
  }

  private static String network(String name, Place at) {
    if (OPEN_NETWORKS.contains(name)) {
      return name;
    }
    if (name.equals("host")) {
      throw at.denied("the host's network is the operator's; publish ports instead");
    }
    return at.admission().network(name, at);
  }

  private static String volume(String name, Place at) {
    if (!VOLUME_NAME.matcher(name).matches()) {
      throw at.denied(
          ("\"%s\" is not the name of a volume: use 2 to 191 of [a-zA-Z0-9_.-], and a letter or"
                  + " digit first; paths of the host are not allowed")
              .formatted(name));
    }
    return at.admission().volume(name);
  }

  static void requireTarget(String path, Place at) {
    if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
      throw at.malformed("about an absolute path in the container, and \"" + path + "\" is not");
    }
  }

  private static void requireAll(String options, Set<String> allowed, Place at) {
    for (String option : options.split(",")) {
      if (!allowed.contains(option)) {
        throw at.denied("the option \"%s\" is not for tenants".formatted(option));
      }
    }
  }

  private static String withoutSlash(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }
}
