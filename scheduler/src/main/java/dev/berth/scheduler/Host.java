package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import java.util.HashMap;
import java.util.Map;

/**
 * What is known of a host. Immutable: a change is a new one.
 *
 * @param name what people call it; a constraint on {@code node} may use it or the id
 * @param capacity what its containers may use in all, before overcommit
 * @param labels the engine's and the operator's, without values of more than 1,024 characters; keys
 *     are kept in lower case
 * @param terms what it offers besides, and on what terms
 * @param platform what its engine says of it, which no label can change
 */
public record Host(
    HostId id,
    String name,
    Resources capacity,
    Map<String, String> labels,
    HostCondition condition,
    HostTerms terms,
    Platform platform) {

  public Host {
    if (capacity.cpus().compareTo(NanoCpus.MAX) > 0 || capacity.memory().compareTo(Bytes.MAX) > 0) {
      throw new IllegalArgumentException(
          "host %s has %s and %s, more than can be counted"
              .formatted(id, capacity.cpus(), capacity.memory()));
    }
    for (long amount : terms.extras().amounts().values()) {
      if (amount > Extras.MAX) {
        throw new IllegalArgumentException(
            "host %s has %s, more than can be counted".formatted(id, terms.extras().amounts()));
      }
    }
    labels = FoldedLabels.of(labels);
  }

  /** One on the usual terms. */
  public Host(
      HostId id,
      String name,
      Resources capacity,
      Map<String, String> labels,
      HostCondition condition) {
    this(id, name, capacity, labels, condition, HostTerms.USUAL);
  }

  /** One whose platform is not known. */
  public Host(
      HostId id,
      String name,
      Resources capacity,
      Map<String, String> labels,
      HostCondition condition,
      HostTerms terms) {
    this(id, name, capacity, labels, condition, terms, Platform.UNKNOWN);
  }

  /** The same in another condition. */
  public Host in(HostCondition other) {
    return new Host(id, name, capacity, labels, other, terms, platform);
  }

  /** The same on other terms. */
  public Host on(HostTerms other) {
    return new Host(id, name, capacity, labels, condition, other, platform);
  }

  /** The same on that platform. */
  public Host of(Platform other) {
    return new Host(id, name, capacity, labels, condition, terms, other);
  }

  /** Labels with those of the platform beneath: a label that was given wins, as in Swarm. */
  public static Map<String, String> labels(Platform platform, Map<String, String> given) {
    Map<String, String> all = new HashMap<>(platform.labels());
    all.putAll(FoldedLabels.of(given));
    return all;
  }
}
