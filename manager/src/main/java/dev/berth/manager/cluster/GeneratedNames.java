package dev.berth.manager.cluster;

import dev.berth.common.id.ContainerName;
import java.util.List;
import java.util.random.RandomGenerator;

/** Names for containers that were given none: a quality and a part of a harbour or a ship. */
public final class GeneratedNames {
  private static final List<String> QUALITIES =
      List.of(
          "able", "agile", "amber", "ample", "azure", "bold", "brave", "bright", "brisk", "calm",
          "candid", "clever", "coral", "cosy", "crisp", "daring", "deft", "eager", "early", "easy",
          "fair", "fleet", "fond", "frank", "fresh", "gentle", "glad", "golden", "grand", "hardy",
          "hearty", "honest", "humble", "jolly", "keen", "kind", "light", "lively", "loyal",
          "lucid", "lucky", "merry", "mild", "neat", "nimble", "noble", "placid", "plucky",
          "polite", "proud", "quick", "quiet", "rapid", "ready", "robust", "royal", "rustic",
          "sandy", "serene", "sharp", "silent", "silver", "sincere", "sleek", "smart", "snug",
          "solid", "spry", "stable", "steady", "stout", "sturdy", "sunny", "swift", "tidy", "tough",
          "trim", "true", "vivid", "warm", "wise", "witty", "zesty");
  private static final List<String> THINGS =
      List.of(
          "anchor",
          "ballast",
          "barge",
          "beacon",
          "berth",
          "bilge",
          "boom",
          "bosun",
          "bow",
          "brig",
          "bulwark",
          "buoy",
          "cabin",
          "canal",
          "capstan",
          "channel",
          "chart",
          "clipper",
          "compass",
          "coxswain",
          "crane",
          "current",
          "cutter",
          "davit",
          "deck",
          "dinghy",
          "dock",
          "ferry",
          "fender",
          "fjord",
          "fleet",
          "galley",
          "gangway",
          "gull",
          "harbour",
          "hatch",
          "hawser",
          "helm",
          "hull",
          "isle",
          "jetty",
          "jib",
          "keel",
          "ketch",
          "knot",
          "lagoon",
          "lantern",
          "lighthouse",
          "locker",
          "lugger",
          "mainsail",
          "marina",
          "mast",
          "mole",
          "mooring",
          "oar",
          "packet",
          "pennant",
          "pier",
          "pilot",
          "pontoon",
          "port",
          "prow",
          "quay",
          "reef",
          "rigging",
          "rudder",
          "schooner",
          "sextant",
          "shoal",
          "skiff",
          "slipway",
          "sloop",
          "spar",
          "spinnaker",
          "stern",
          "strait",
          "tender",
          "tide",
          "tiller",
          "trawler",
          "tug",
          "wharf",
          "winch",
          "yacht",
          "yawl");

  private final RandomGenerator random;

  public GeneratedNames(RandomGenerator random) {
    this.random = random;
  }

  /** A name that is probably free: there are some seven thousand million. */
  ContainerName next() {
    return new ContainerName(
        "%s_%s_%05x"
            .formatted(
                QUALITIES.get(random.nextInt(QUALITIES.size())),
                THINGS.get(random.nextInt(THINGS.size())),
                random.nextInt(1 << 20)));
  }
}
