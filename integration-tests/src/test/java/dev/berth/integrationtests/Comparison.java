package dev.berth.integrationtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Compares two answers field by field; what is of one object, engine or moment alone is left out.
 */
final class Comparison {
  private static final JsonMapper JSON = new JsonMapper();

  /** Fields that differ between any two objects, of which only the type of value is compared. */
  private static final Set<String> OF_ONE_OBJECT =
      Set.of(
          "Created",
          "CreatedAt",
          "StartedAt",
          "FinishedAt",
          "Pid",
          "LogPath",
          "HostnamePath",
          "HostsPath",
          "ResolvConfPath",
          "Hostname",
          "LowerDir",
          "MergedDir",
          "UpperDir",
          "WorkDir",
          "EndpointID",
          "SandboxID",
          "SandboxKey",
          "MacAddress",
          "IPAddress",
          "IPPrefixLen",
          "Gateway",
          "Subnet",
          "IPv4Address",
          "HostPort",
          "PublicPort",
          "SystemTime",
          "Mountpoint",
          "time",
          "timeNano",
          "read",
          "preread",
          "cpu_stats",
          "precpu_stats",
          "memory_stats",
          "blkio_stats",
          "pids_stats",
          "networks",
          "NetworkID",
          "Source",
          "Processes",
          "Start",
          "End",
          "Status",
          "ImageID",
          "Id",
          "ID",
          "id",
          "DockerVersion",
          "LastTagTime",
          "DeviceName",
          "Size",
          "VirtualSize",
          "SizeRootFs",
          "SharedSize",
          "LayersSize");

  private Comparison() {}

  /** Tells of each difference: where, theirs, ours. */
  static void bodies(String theirs, String ours, BiConsumer<String, String> difference) {
    List<JsonNode> left = json(theirs);
    List<JsonNode> right = json(ours);
    if (left.isEmpty() || right.isEmpty()) {
      String one = normal(theirs);
      String two = normal(ours);
      if (!one.equals(two)) {
        difference.accept("text", show(one) + " / " + show(two));
      }
      return;
    }
    if (left.size() != right.size()) {
      difference.accept("lines", left.size() + " / " + right.size());
    }
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      compare("", left.get(i), right.get(i), difference);
    }
  }

  /** The JSON values in a text, one or a line each; none when it is anything else. */
  private static List<JsonNode> json(String text) {
    if (!text.startsWith("{") && !text.startsWith("[")) {
      return List.of();
    }
    try (var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      return values.readAll();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static void compare(
      String path, JsonNode theirs, JsonNode ours, BiConsumer<String, String> difference) {
    if (theirs.isObject() && ours.isObject()) {
      Set<String> fields = new TreeSet<>();
      theirs.fieldNames().forEachRemaining(fields::add);
      ours.fieldNames().forEachRemaining(fields::add);
      for (String field : fields) {
        String below = path + "." + normal(field);
        if (!theirs.has(field) || !ours.has(field)) {
          if (!normalNames(theirs).contains(normal(field))
              || !normalNames(ours).contains(normal(field))) {
            difference.accept(
                below, theirs.has(field) ? "only the engine has it" : "only Berth has it");
          }
        } else if (OF_ONE_OBJECT.contains(field)) {
          if (kind(theirs.get(field)) != kind(ours.get(field))) {
            difference.accept(below, show(theirs.get(field)) + " / " + show(ours.get(field)));
          }
        } else {
          compare(below, theirs.get(field), ours.get(field), difference);
        }
      }
    } else if (theirs.isArray() && ours.isArray()) {
      List<JsonNode> left = sorted((ArrayNode) theirs);
      List<JsonNode> right = sorted((ArrayNode) ours);
      if (left.size() != right.size()) {
        difference.accept(path + "[]", show(theirs) + " / " + show(ours));
      } else {
        for (int i = 0; i < left.size(); i++) {
          compare(path + "[]", left.get(i), right.get(i), difference);
        }
      }
    } else if (!normal(theirs.toString()).equals(normal(ours.toString()))) {
      difference.accept(path, show(theirs) + " / " + show(ours));
    }
  }

  private static Set<String> normalNames(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(name -> names.add(normal(name)));
    return names;
  }

  /** Empty or not is a difference of kind: a field that ought to be filled must be. */
  private static int kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> value.textValue().isEmpty() ? 1 : 2;
      case NUMBER -> 3;
      case NULL -> 4;
      case OBJECT -> 5;
      case ARRAY -> 6;
      default -> 7;
    };
  }

  /** Objects of a list come in an order of their own on each side. */
  private static List<JsonNode> sorted(ArrayNode array) {
    List<JsonNode> values = new ArrayList<>();
    array.forEach(values::add);
    if (!values.isEmpty() && values.getFirst().isObject()) {
      values.sort(Comparator.comparing(value -> normal(outline(value).toString())));
    }
    return values;
  }

  private static JsonNode outline(JsonNode value) {
    ObjectNode outline = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      if (!OF_ONE_OBJECT.contains(field.getKey())) {
        outline.set(field.getKey(), field.getValue());
      }
    }
    return outline;
  }

  /** The text without ids, addresses and times. */
  static String normal(String text) {
    return text.strip()
        .replaceAll("[0-9a-f]{64}", "ID")
        .replaceAll("\\b[0-9a-f]{12}\\b", "ID")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(Z|[+-]\\d\\d:\\d\\d)?", "TIME")
        .replaceAll("\\b\\d{1,3}(\\.\\d{1,3}){3}\\b", "ADDRESS")
        .replaceAll("([0-9a-f]{2}:){5}[0-9a-f]{2}", "MAC")
        .replaceAll("(Less than a second|\\d+ (second|minute)s?|About a minute)( ago)?", "AGO")
        .replaceAll(" {2,}", " ");
  }

  private static String show(Object value) {
    String text = value.toString();
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }
}
