package dev.berth.manager.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.berth.common.id.Labels;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.manager.cluster.TenantGroups;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.PublishedAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Turns an engine's description of a container into its tenant's: the names that the tenant gave,
 * and none of Berth's labels. Field by field; a tenant's own data is never searched.
 */
final class TenantNames {
  private final String prefix;

  TenantNames(TenantId tenant) {
    this.prefix = tenant.value() + ".";
  }

  /** An engine's name without its tenant's prefix; other text as it is. */
  String own(String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  private String ownPath(String path) {
    return path.startsWith("/") ? "/" + own(path.substring(1)) : own(path);
  }

  /** Changes the answer of {@code GET /containers/{id}/json} in place. */
  void inspect(ObjectNode json, Container container, HostDescriptor host) {
    json.put("Name", "/" + container.name());
    if (json.path("Config").path("Labels") instanceof ObjectNode labels) {
      String image = labels.path(Labels.IMAGE).asText("");
      if (!image.isEmpty() && json.path("Config") instanceof ObjectNode config) {
        config.put("Image", image);
      }
      askedPorts(json, labels.path(Labels.PORTS).asText(""));
      removeReserved(labels);
    }
    if (json.path("HostConfig") instanceof ObjectNode hostConfig) {
      Optional<String> group = TenantGroups.name(host, container.tenant());
      if (group.isPresent() && group.get().equals(hostConfig.path("CgroupParent").asText())) {
        hostConfig.put("CgroupParent", "");
      }
      mapText(hostConfig, "NetworkMode", this::own);
      mapEach(hostConfig, "Binds", this::own);
      mapEach(hostConfig, "Links", this::link);
      for (JsonNode mount : hostConfig.path("Mounts")) {
        if (mount instanceof ObjectNode object) {
          mapText(object, "Source", this::own);
        }
      }
    }
    for (JsonNode mount : json.path("Mounts")) {
      if (mount instanceof ObjectNode object) {
        volumeMount(object);
      }
    }
    if (json.path("NetworkSettings").path("Ports") instanceof ObjectNode ports) {
      publishedOn(ports, host.address());
    }
  }

  /** An engine shows the bindings as they were asked for, also where it has chosen the port. */
  private static void askedPorts(ObjectNode json, String asked) {
    if (!asked.isEmpty() && json.path("HostConfig") instanceof ObjectNode hostConfig) {
      try {
        hostConfig.set("PortBindings", OpenCall.JSON.readTree(asked));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("the label " + Labels.PORTS + " holds no JSON", e);
      }
    }
  }

  /** An engine lists a port once for each address family; with one address, once is enough. */
  private static void publishedOn(ObjectNode ports, String hostAddress) {
    for (JsonNode bindings : ports) {
      if (bindings instanceof ArrayNode array) {
        Set<JsonNode> shown = new LinkedHashSet<>();
        for (JsonNode binding : array) {
          ObjectNode changed = binding.deepCopy();
          changed.put(
              "HostIp", PublishedAddress.shown(binding.path("HostIp").asText(), hostAddress));
          shown.add(changed);
        }
        array.removeAll();
        array.addAll(shown);
      }
    }
  }

  private void volumeMount(ObjectNode mount) {
    String name = mount.path("Name").asText("");
    if (name.startsWith(prefix)) {
      mount.put("Name", own(name));
      mapText(mount, "Source", source -> source.replace("/" + name + "/", "/" + own(name) + "/"));
    }
  }

  private String link(String link) {
    int colon = link.indexOf(':');
    return colon < 0
        ? ownPath(link)
        : ownPath(link.substring(0, colon)) + ":" + ownPath(link.substring(colon + 1));
  }

  static void removeReserved(ObjectNode labels) {
    List<String> names = new ArrayList<>();
    labels.fieldNames().forEachRemaining(names::add);
    names.stream().filter(Labels::isReserved).forEach(labels::remove);
  }

  private static void mapText(ObjectNode object, String field, UnaryOperator<String> change) {
    if (object.path(field).isTextual()) {
      object.put(field, change.apply(object.get(field).textValue()));
    }
  }

  private static void mapEach(ObjectNode object, String field, UnaryOperator<String> change) {
    if (object.path(field) instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i).isTextual()) {
          array.set(i, TextNode.valueOf(change.apply(array.get(i).textValue())));
        }
      }
    }
  }
}
