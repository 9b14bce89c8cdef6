package dev.berth.agent.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an engine lists of one kind, and what a new list changes of it. For one thread. */
final class Inventory {

  /**
   * What is different.
   *
   * @param present what is new or has changed, as it is now
   * @param gone the keys of what is no more
   */
  record Change(List<JsonNode> present, List<String> gone) {
    boolean isEmpty() {
      return present.isEmpty() && gone.isEmpty();
    }
  }

  private final String key;
  private Map<String, JsonNode> known = Map.of();

  /** An inventory of objects that this field tells apart. */
  Inventory(String key) {
    this.key = key;
  }

  List<JsonNode> all() {
    return List.copyOf(known.values());
  }

  Change replace(List<JsonNode> listed) {
    Map<String, JsonNode> now = new LinkedHashMap<>();
    List<JsonNode> present = new ArrayList<>();
    for (JsonNode object : listed) {
      String name = object.path(key).asText();
      now.put(name, object);
      if (!object.equals(known.get(name))) {
        present.add(object);
      }
    }
    List<String> gone = known.keySet().stream().filter(name -> !now.containsKey(name)).toList();
    known = now;
    return new Change(present, gone);
  }
}
