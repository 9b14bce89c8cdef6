package dev.berth.manager.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.Labels;
import dev.berth.common.id.TenantId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A container's entry of {@code GET /containers/json}, made once for each change of the container:
 * the engine's own entry with its tenant's names, and all but the status already text.
 */
final class ListEntry {
  private static final JsonMapper JSON = new JsonMapper();
  private static final byte[] BEGIN = "{\"Status\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IMAGE = "\",\"Image\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HOST_DOWN = "Host Down".getBytes(StandardCharsets.US_ASCII);

  private final ObjectNode fields;
  private final String image;
  private final byte[] rest;

  private ListEntry(ObjectNode fields, String image, byte[] rest) {
    this.fields = fields;
    this.image = image;
    this.rest = rest;
  }

  static ListEntry of(Observed observed, TenantId tenant, ContainerName name, String hostAddress) {
    ObjectNode fields = observed.summary().deepCopy();
    fields.remove("Status");
    String image = observed.label(Labels.IMAGE);
    if (image.isEmpty()) {
      image = fields.path("Image").asText();
    }
    fields.remove("Image");
    fields.putArray("Names").add("/" + name);
    if (fields.path("Labels") instanceof ObjectNode labels) {
      labels.remove(
          labels.properties().stream().map(Map.Entry::getKey).filter(Labels::isReserved).toList());
    }
    ports(fields, hostAddress);
    String prefix = tenant.value() + ".";
    for (JsonNode mount : fields.path("Mounts")) {
      if (mount instanceof ObjectNode object) {
        mount(object, prefix);
      }
    }
    if (fields.path("HostConfig") instanceof ObjectNode hostConfig) {
      String asked = observed.label(Labels.NETWORK_MODE);
      String mode = without(prefix, hostConfig.path("NetworkMode").asText());
      hostConfig.put("NetworkMode", asked.isEmpty() ? mode : asked);
    }
    if (fields.path("NetworkSettings").path("Networks") instanceof ObjectNode networks) {
      renameKeys(networks, prefix);
      networks.properties().forEach(network -> ownId(network, tenant));
    }
    try {
      String text = JSON.writeValueAsString(fields);
      return new ListEntry(
          fields, image, ("\"," + text.substring(1)).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An engine lists a port once for each address family; with one address to show, once is it. */
  private static void ports(ObjectNode fields, String hostAddress) {
    if (!(fields.path("Ports") instanceof ArrayNode ports)) {
      return;
    }
    Set<JsonNode> seen = new HashSet<>();
    ArrayNode shown = JSON.createArrayNode();
    for (JsonNode port : ports) {
      ObjectNode changed = port.deepCopy();
      if (changed.has("IP")) {
        changed.put("IP", PublishedAddress.shown(changed.path("IP").asText(), hostAddress));
      }
      if (seen.add(changed)) {
        shown.add(changed);
      }
    }
    fields.set("Ports", shown);
  }

  private static void mount(ObjectNode mount, String prefix) {
    String name = mount.path("Name").asText();
    if (name.startsWith(prefix)) {
      String own = without(prefix, name);
      mount.put("Name", own);
      if (mount.has("Source")) {
        mount.put(
            "Source", mount.path("Source").asText().replace("/" + name + "/", "/" + own + "/"));
      }
    }
  }

  private static void renameKeys(ObjectNode object, String prefix) {
    List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(object.properties());
    object.removeAll();
    entries.forEach(entry -> object.set(without(prefix, entry.getKey()), entry.getValue()));
  }

  private static void ownId(Map.Entry<String, JsonNode> network, TenantId tenant) {
    if (Predefined.isName(network.getKey())
        && network.getValue() instanceof ObjectNode endpoint
        && !endpoint.path("NetworkID").asText().isEmpty()) {
      endpoint.put("NetworkID", Predefined.id(tenant, network.getKey()));
    }
  }

  private static String without(String prefix, String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  /** The entry's fields as the tenant sees them, but for the status. Not to be changed. */
  ObjectNode fields() {
    return fields;
  }

  /** The image is shown as it was asked for, as long as the tenant means the same by it. */
  void write(
      ByteArrayOutputStream out,
      Status status,
      boolean hostDown,
      Instant now,
      TenantImages images) {
    out.writeBytes(BEGIN);
    out.writeBytes(hostDown ? HOST_DOWN : status.at(now).getBytes(StandardCharsets.US_ASCII));
    String id = fields.path("ImageID").asText();
    out.writeBytes(IMAGE);
    out.writeBytes(
        JsonStringEncoder.getInstance().quoteAsUTF8(images.means(image, id) ? image : id));
    out.writeBytes(rest);
  }
}
