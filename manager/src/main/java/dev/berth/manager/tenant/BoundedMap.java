package dev.berth.manager.tenant;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** A map that forgets what was used longest ago when it is full. Safe for any thread. */
final class BoundedMap<K, V> {
  private final Map<K, V> map;

  BoundedMap(int size) {
    this.map =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > size;
          }
        };
  }

  synchronized Optional<V> get(K key) {
    return Optional.ofNullable(map.get(key));
  }

  synchronized void put(K key, V value) {
    map.put(key, value);
  }

  synchronized void remove(K key) {
    map.remove(key);
  }

  synchronized void removeIf(Predicate<V> test) {
    map.values().removeIf(test);
  }

  synchronized V getOrMake(K key, Function<K, V> make) {
    return map.computeIfAbsent(key, make);
  }

  synchronized int size() {
    return map.size();
  }
}
