package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.NetworkRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/**
 * The networks of the fleet: what each engine showed, and whose it is by the records. A network is
 * its tenant's while its record says so and its host has it, or does not answer. Safe for any
 * thread.
 */
public final class Networks {
  private final Map<TenantId, ConcurrentSkipListMap<String, NetworkRecord>> records =
      new ConcurrentHashMap<>();
  private final Map<TenantId, ConcurrentSkipListMap<String, NetworkRecord>> bridges =
      new ConcurrentHashMap<>();
  private final Map<HostId, Map<String, JsonNode>> seen = new ConcurrentHashMap<>();
  private final Predicate<HostId> isLost;
  private final Events events;

  Networks(Predicate<HostId> isLost, Events events) {
    this.isLost = isLost;
    this.events = events;
  }

  /** The record of a network is new or has changed. */
  public void put(NetworkRecord record) {
    put(records, record.name(), record);
  }

  /** The record of a network is gone. */
  public void removed(NetworkRecord record) {
    own(records, new TenantId(record.tenant())).remove(record.name(), record);
  }

  /** The record of a tenant's default network on a host is new or has changed. */
  public void bridgePut(NetworkRecord record) {
    put(bridges, record.host(), record);
  }

  /** The record of a tenant's default network on a host is gone. */
  public void bridgeRemoved(NetworkRecord record) {
    own(bridges, new TenantId(record.tenant())).remove(record.host(), record);
  }

  private void put(
      Map<TenantId, ConcurrentSkipListMap<String, NetworkRecord>> all,
      String key,
      NetworkRecord record) {
    TenantId tenant = new TenantId(record.tenant());
    all.computeIfAbsent(tenant, _ -> new ConcurrentSkipListMap<>()).put(key, record);
    events.ownsNetwork(tenant, record.engineName());
  }

  private static Map<String, NetworkRecord> own(
      Map<TenantId, ConcurrentSkipListMap<String, NetworkRecord>> all, TenantId tenant) {
    return all.getOrDefault(tenant, new ConcurrentSkipListMap<>());
  }

  void snapshot(HostId host, List<JsonNode> networks) {
    Map<String, JsonNode> all = new ConcurrentHashMap<>();
    networks.forEach(network -> all.put(network.path("Id").asText(), network));
    seen.put(host, all);
  }

  void changed(HostId host, List<JsonNode> networks, List<String> gone) {
    Map<String, JsonNode> all = seen.computeIfAbsent(host, _ -> new ConcurrentHashMap<>());
    networks.forEach(network -> all.put(network.path("Id").asText(), network));
    gone.forEach(all::remove);
  }

  void forgetHost(HostId host) {
    seen.remove(host);
  }

  /** All networks on a host, whoever's, as its engine lists them. */
  public Collection<JsonNode> on(HostId host) {
    return List.copyOf(seen.getOrDefault(host, Map.of()).values());
  }

  /** Whether a host, as far as is known, has the network of that record. */
  public boolean has(NetworkRecord record) {
    return seen.getOrDefault(new HostId(record.host()), Map.of()).containsKey(record.networkId());
  }

  /** All that a tenant has: those that it made, in the order of their names, and the predefined. */
  List<Network> of(TenantId tenant) {
    List<Network> all = new ArrayList<>();
    own(records, tenant).values().forEach(record -> shown(record).ifPresent(all::add));
    all.add(new Network.Bridge(tenant, bridgesOf(tenant)));
    all.add(new Network.None(tenant));
    return all;
  }

  List<Network.Own> bridgesOf(TenantId tenant) {
    return own(bridges, tenant).values().stream()
        .map(this::shown)
        .flatMap(Optional::stream)
        .toList();
  }

  /** What a reference means: a whole id, else a name, else the beginning of an id. */
  NetworkResolution resolve(TenantId tenant, String reference) {
    List<Network> all = of(tenant);
    for (Network network : all) {
      if (network.id().equals(reference)) {
        return new NetworkResolution.Found(network);
      }
    }
    for (Network network : all) {
      if (network.name().equals(reference)) {
        return new NetworkResolution.Found(network);
      }
    }
    List<Network> found =
        reference.isEmpty()
            ? List.of()
            : all.stream().filter(network -> network.id().startsWith(reference)).toList();
    return switch (found.size()) {
      case 0 -> new NetworkResolution.NotFound();
      case 1 -> new NetworkResolution.Found(found.getFirst());
      default -> new NetworkResolution.Ambiguous(found.size());
    };
  }

  private Optional<Network.Own> shown(NetworkRecord record) {
    if (record.state() != Claim.State.SETTLED) {
      return Optional.empty();
    }
    HostId host = new HostId(record.host());
    Optional<Map<String, JsonNode>> there = Optional.ofNullable(seen.get(host));
    Optional<JsonNode> network = there.map(all -> all.get(record.networkId()));
    return network.isPresent() || there.isEmpty() || isLost.test(host)
        ? Optional.of(new Network.Own(record, network))
        : Optional.empty();
  }

  /** The settled records whose network is not on its host, which answers. */
  public Collection<NetworkRecord> missing() {
    return missing(records);
  }

  /** The same of the tenants' default networks. */
  public Collection<NetworkRecord> missingBridges() {
    return missing(bridges);
  }

  private List<NetworkRecord> missing(
      Map<TenantId, ConcurrentSkipListMap<String, NetworkRecord>> all) {
    List<NetworkRecord> missing = new ArrayList<>();
    for (Map<String, NetworkRecord> own : all.values()) {
      for (NetworkRecord record : own.values()) {
        HostId host = new HostId(record.host());
        if (record.state() == Claim.State.SETTLED
            && seen.containsKey(host)
            && !isLost.test(host)
            && !has(record)) {
          missing.add(record);
        }
      }
    }
    return missing;
  }
}
