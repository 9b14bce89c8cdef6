package dev.berth.manager.cluster;

import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The records of containers by ZooKeeper's own word, each tenant's read no more than once: for who
 * would otherwise destroy something because of a record that is not known here, as news of it can
 * be late. What is not there then never comes again, for no id is given twice. Not safe for several
 * threads.
 */
public final class RecordsNow {
  private final ContainerRecords records;
  private final Map<TenantId, Map<RecordId, ContainerRecord>> read = new HashMap<>();

  RecordsNow(ContainerRecords records) {
    this.records = records;
  }

  /**
   * The record with its spec, whatever its name is now.
   *
   * @throws IOException when that cannot be said at the moment
   */
  public Optional<ContainerRecord> find(TenantId tenant, RecordId id) throws IOException {
    return Optional.ofNullable(of(tenant).get(id));
  }

  /**
   * Whether any tenant has such a record.
   *
   * @throws IOException when that cannot be said at the moment
   */
  public boolean any(Predicate<ContainerRecord> which) throws IOException {
    for (TenantId tenant : records.tenants()) {
      if (of(tenant).values().stream().anyMatch(which)) {
        return true;
      }
    }
    return false;
  }

  /** The same of the record with an id. */
  public boolean contains(RecordId id) throws IOException {
    return any(record -> record.id().equals(id.value()));
  }

  private Map<RecordId, ContainerRecord> of(TenantId tenant) throws IOException {
    Map<RecordId, ContainerRecord> all = read.get(tenant);
    if (all == null) {
      all = new HashMap<>();
      for (ContainerRecord record : records.readAll(tenant)) {
        all.put(new RecordId(record.id()), record);
      }
      read.put(tenant, all);
    }
    return all;
  }
}
