package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.VolumeRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/**
 * The volumes of the fleet: what each engine showed, and whose it is by the records. A volume is
 * its tenant's while its record says so and its host has it, or does not answer. Safe for any
 * thread.
 */
public final class Volumes {
  private final Map<TenantId, ConcurrentSkipListMap<String, VolumeRecord>> records =
      new ConcurrentHashMap<>();
  private final Map<HostId, Map<String, JsonNode>> seen = new ConcurrentHashMap<>();
  private final Predicate<HostId> isLost;
  private final Events events;

  Volumes(Predicate<HostId> isLost, Events events) {
    this.isLost = isLost;
    this.events = events;
  }

  /** A record is new or has changed. */
  public void put(VolumeRecord record) {
    TenantId tenant = new TenantId(record.tenant());
    records.computeIfAbsent(tenant, _ -> new ConcurrentSkipListMap<>()).put(record.name(), record);
    events.ownsVolume(tenant, record.engineName());
  }

  /** A record is gone. */
  public void removed(VolumeRecord record) {
    records
        .getOrDefault(new TenantId(record.tenant()), new ConcurrentSkipListMap<>())
        .remove(record.name(), record);
  }

  void snapshot(HostId host, List<JsonNode> volumes) {
    Map<String, JsonNode> all = new ConcurrentHashMap<>();
    volumes.forEach(volume -> all.put(volume.path("Name").asText(), volume));
    seen.put(host, all);
  }

  void changed(HostId host, List<JsonNode> volumes, List<String> gone) {
    Map<String, JsonNode> all = seen.computeIfAbsent(host, _ -> new ConcurrentHashMap<>());
    volumes.forEach(volume -> all.put(volume.path("Name").asText(), volume));
    gone.forEach(all::remove);
  }

  void forgetHost(HostId host) {
    seen.remove(host);
  }

  Optional<Volume> find(TenantId tenant, String name) {
    return Optional.ofNullable(
            records.getOrDefault(tenant, new ConcurrentSkipListMap<>()).get(name))
        .flatMap(this::shown);
  }

  List<Volume> of(TenantId tenant) {
    List<Volume> own = new ArrayList<>();
    for (VolumeRecord record :
        records.getOrDefault(tenant, new ConcurrentSkipListMap<>()).values()) {
      shown(record).ifPresent(own::add);
    }
    return own;
  }

  private Optional<Volume> shown(VolumeRecord record) {
    if (record.state() != Claim.State.SETTLED) {
      return Optional.empty();
    }
    HostId host = new HostId(record.host());
    Optional<Map<String, JsonNode>> there = Optional.ofNullable(seen.get(host));
    Optional<JsonNode> volume = there.map(all -> all.get(record.engineName()));
    return volume.isPresent() || there.isEmpty() || isLost.test(host)
        ? Optional.of(new Volume(record, volume))
        : Optional.empty();
  }

  /** Whether that tenant has a record of that name, whatever its host shows. */
  boolean isRecorded(TenantId tenant, String name) {
    return records.getOrDefault(tenant, new ConcurrentSkipListMap<>()).containsKey(name);
  }

  /** The settled records whose volume is not on its host, which answers. */
  public Collection<VolumeRecord> missing() {
    List<VolumeRecord> missing = new ArrayList<>();
    for (Map<String, VolumeRecord> own : records.values()) {
      for (VolumeRecord record : own.values()) {
        HostId host = new HostId(record.host());
        Map<String, JsonNode> there = seen.get(host);
        if (record.state() == Claim.State.SETTLED
            && there != null
            && !isLost.test(host)
            && !there.containsKey(record.engineName())) {
          missing.add(record);
        }
      }
    }
    return missing;
  }
}
