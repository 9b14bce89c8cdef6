package dev.berth.manager.move;

import dev.berth.common.id.RecordId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which containers this manager is just moving: nobody else is to end that. Safe for any thread.
 */
final class MovesUnderWay {
  private final Set<RecordId> containers = ConcurrentHashMap.newKeySet();

  /** Whether it was not under way before. */
  boolean begin(RecordId container) {
    return containers.add(container);
  }

  void end(RecordId container) {
    containers.remove(container);
  }

  boolean contains(RecordId container) {
    return containers.contains(container);
  }
}
