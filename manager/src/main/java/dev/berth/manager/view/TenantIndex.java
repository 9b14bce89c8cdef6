package dev.berth.manager.view;

import dev.berth.common.id.ContainerName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * One tenant's containers by id and by name. Written by the view alone, under its lock; read by any
 * thread.
 */
final class TenantIndex {
  private final ConcurrentSkipListMap<String, Container> ids = new ConcurrentSkipListMap<>();
  private final Map<ContainerName, Container> names = new ConcurrentHashMap<>();

  void put(Container container) {
    ids.put(container.id().value(), container);
    names.put(container.name(), container);
  }

  void remove(Container container) {
    ids.remove(container.id().value(), container);
    names.remove(container.name(), container);
  }

  Optional<Container> byId(String id) {
    return Optional.ofNullable(ids.get(id));
  }

  Optional<Container> byName(ContainerName name) {
    return Optional.ofNullable(names.get(name));
  }

  /** At most so many of those whose id begins so. */
  List<Container> byPrefix(String prefix, int limit) {
    return ids.tailMap(prefix, true).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .limit(limit)
        .map(Map.Entry::getValue)
        .toList();
  }

  Collection<Container> all() {
    return ids.values();
  }
}
