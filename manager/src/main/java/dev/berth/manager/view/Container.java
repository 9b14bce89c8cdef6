package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A container as its tenant's. Only the view makes one, and only a {@link Scope} gives one out: who
 * holds it has it from the caller's own scope. Immutable; a change of the container makes another.
 */
public final class Container {
  private final RecordId record;
  private final TenantId tenant;
  private final ContainerName name;
  private final HostId host;
  private final Observed observed;
  private final ListEntry entry;

  Container(
      RecordId record,
      TenantId tenant,
      ContainerName name,
      HostId host,
      Observed observed,
      ListEntry entry) {
    this.record = record;
    this.tenant = tenant;
    this.name = name;
    this.host = host;
    this.observed = observed;
    this.entry = entry;
  }

  public RecordId record() {
    return record;
  }

  public TenantId tenant() {
    return tenant;
  }

  public ContainerName name() {
    return name;
  }

  public HostId host() {
    return host;
  }

  public ContainerId id() {
    return observed.id();
  }

  /** Whether it ran when its engine was last heard of; a paused one does. */
  public boolean isRunning() {
    return observed.status().running();
  }

  /** One of Berth's own labels; empty when it has not. */
  public String mark(String label) {
    return observed.label(label);
  }

  /** Whether it was ever started. */
  public boolean wasStarted() {
    return observed.status().wasStarted();
  }

  /** What its tenant calls the networks that it is in. */
  public Set<String> networks() {
    Set<String> names = new LinkedHashSet<>();
    endpoints().fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** To the nanosecond, as its engine says. */
  public Instant created() {
    return observed.created();
  }

  /** The ports that it has on its host, whether it runs or not. */
  public Set<PublishedPort> published() {
    return observed.published();
  }

  /** What its tenant calls what an engine calls so. */
  public String ownName(String engineName) {
    String prefix = tenant.value() + ".";
    return engineName.startsWith(prefix) ? engineName.substring(prefix.length()) : engineName;
  }

  /** The engine's names of the volumes that are mounted in it. */
  public Set<String> volumes() {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode mount : observed.summary().path("Mounts")) {
      if (mount.path("Type").asText().equals("volume")) {
        names.add(mount.path("Name").asText());
      }
    }
    return names;
  }

  /**
   * The engine's names of the tenant's own networks on which it still answers to an earlier name.
   */
  public List<String> networksWithOldName() {
    String prefix = tenant.value() + ".";
    return observed.aliases().entrySet().stream()
        .filter(network -> network.getKey().startsWith(prefix))
        .filter(network -> !network.getKey().equals(prefix + Predefined.BRIDGE))
        .filter(
            network ->
                !network.getValue().isEmpty()
                    && !network.getValue().getFirst().equals(name.value()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Its endpoints in networks, with the names and ids that the tenant sees. */
  JsonNode endpoints() {
    return entry.fields().path("NetworkSettings").path("Networks");
  }

  Observed observed() {
    return observed;
  }

  ListEntry entry() {
    return entry;
  }
}
