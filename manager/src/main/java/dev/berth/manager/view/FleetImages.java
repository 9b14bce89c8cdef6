package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The images that engines listed, by id, and which of them have ordinary tags: those an operator
 * put there for every tenant. Immutable.
 */
final class FleetImages {
  private final Map<String, JsonNode> entries = new HashMap<>();
  private final Map<String, Set<HostId>> hosts = new HashMap<>();
  private final Map<String, String> idsByTag = new TreeMap<>();
  private final Map<String, List<String>> tagsById = new HashMap<>();
  private final Map<String, Set<String>> digestsById = new HashMap<>();
  private final Map<String, Set<HostId>> digestHosts = new HashMap<>();

  FleetImages(Map<HostId, HostView> all) {
    Map<String, Map<String, Integer>> votes = new TreeMap<>();
    all.forEach(
        (host, seen) -> {
          for (JsonNode image : seen.images) {
            String id = image.path("Id").asText();
            if (seen.lost) {
              entries.putIfAbsent(id, image);
              continue;
            }
            entries.put(id, image);
            hosts.computeIfAbsent(id, _ -> new TreeSet<>()).add(host);
            for (JsonNode digest : image.path("RepoDigests")) {
              digestsById.computeIfAbsent(id, _ -> new TreeSet<>()).add(digest.asText());
              digestHosts.computeIfAbsent(digest.asText(), _ -> new TreeSet<>()).add(host);
            }
            for (JsonNode tag : image.path("RepoTags")) {
              if (!tag.asText().equals("<none>:<none>")) {
                votes
                    .computeIfAbsent(tag.asText(), _ -> new TreeMap<>())
                    .merge(id, 1, Integer::sum);
              }
            }
          }
        });
    // Hosts may differ in what a tag is: what most of them say is so for all.
    votes.forEach(
        (tag, ids) -> {
          String id =
              ids.entrySet().stream()
                  .max(
                      Map.Entry.<String, Integer>comparingByValue()
                          .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                  .orElseThrow()
                  .getKey();
          idsByTag.put(tag, id);
          tagsById.computeIfAbsent(id, _ -> new ArrayList<>()).add(tag);
        });
  }

  /** The hosts that answer and have it. */
  Set<HostId> hosts(String id) {
    return hosts.getOrDefault(id, Set.of());
  }

  Set<HostId> digestHosts(String digest) {
    return digestHosts.getOrDefault(digest, Set.of());
  }

  /** As an engine listed it; a missing node when none did. */
  JsonNode entry(String id) {
    JsonNode entry = entries.get(id);
    return entry == null ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : entry;
  }

  Collection<JsonNode> entries() {
    return entries.values();
  }

  /** The image that an operator gave that tag; null when there is none. */
  String sharedId(String tag) {
    return idsByTag.get(tag);
  }

  Set<String> sharedIds() {
    return tagsById.keySet();
  }

  List<String> sharedTags(String id) {
    return tagsById.getOrDefault(id, List.of());
  }

  /**
   * Of a shared image, those of the repositories that it is shared as: others came with tenants'
   * pulls.
   */
  List<String> sharedDigests(String id) {
    List<String> repositories = sharedTags(id).stream().map(ImageName::repositoryOf).toList();
    return digestsById.getOrDefault(id, Set.of()).stream()
        .filter(digest -> repositories.contains(ImageName.repositoryOf(digest)))
        .toList();
  }
}
