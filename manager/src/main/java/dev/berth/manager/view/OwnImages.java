package dev.berth.manager.view;

import dev.berth.common.record.ImageRecord;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The images that a tenant has by its records, by id and by name. Immutable. */
final class OwnImages {
  static final OwnImages NONE = new OwnImages(Map.of());

  private final Map<String, ImageRecord> records;
  private final Map<String, String> ids = new HashMap<>();

  OwnImages(Map<String, ImageRecord> records) {
    this.records = Collections.unmodifiableMap(new TreeMap<>(records));
    for (ImageRecord record : records.values()) {
      record.tags().forEach(tag -> ids.put(tag, record.id()));
      record.digests().forEach(digest -> ids.put(digest, record.id()));
    }
  }

  OwnImages with(ImageRecord record) {
    Map<String, ImageRecord> changed = new HashMap<>(records);
    changed.put(record.id(), record);
    return new OwnImages(changed);
  }

  OwnImages without(String id) {
    Map<String, ImageRecord> changed = new HashMap<>(records);
    changed.remove(id);
    return new OwnImages(changed);
  }

  Collection<ImageRecord> all() {
    return records.values();
  }

  Optional<ImageRecord> find(String id) {
    return Optional.ofNullable(records.get(id));
  }

  /** By a tag or digest in its short form. */
  Optional<ImageRecord> named(String key) {
    return Optional.ofNullable(ids.get(key)).map(records::get);
  }
}
