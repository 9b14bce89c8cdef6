package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The fields that an operator has opened for a tenant, each with the values that are let by. Only
 * what a rule has denied comes here; that another tenant's objects are not there, and which labels
 * are Berth's own, cannot be widened. Immutable.
 */
public final class Widening {
  static final Widening NONE = new Widening(Map.of());

  /** How the values of a field are told apart. */
  private enum Kind {
    /** The value's text, or one of a list's. */
    VALUE,
    /** Capabilities, with or without CAP_, in any case. */
    CAPABILITY,
    /** Paths of the host, which have to be named: {@code /path} or {@code /path:ro}. */
    PATH,
    /** Devices of the host, which have to be named by their paths. */
    DEVICE,
    /** Requests for devices by their CDI names, or, without any, all requests but those. */
    DEVICE_REQUEST,
    /** The names of settings, whatever their value is. */
    KEY
  }

  private static final Map<String, Kind> FIELDS = fields();
  private static final Pattern INDEX = Pattern.compile("\\[[0-9]+]");
  private static final Set<String> BIND_OPTIONS = Set.of("ro", "rw");

  private final Map<String, List<String>> allowed;

  private Widening(Map<String, List<String>> allowed) {
    this.allowed = allowed;
  }

  private static Map<String, Kind> fields() {
    Map<String, Kind> fields = new LinkedHashMap<>();
    for (String field :
        List.of(
            "Privileged",
            "SecurityOpt",
            "Runtime",
            "CgroupParent",
            "CgroupnsMode",
            "UsernsMode",
            "NetworkMode",
            "PidMode",
            "IpcMode",
            "UTSMode",
            "OomScoreAdj",
            "MaskedPaths",
            "ReadonlyPaths",
            "Annotations",
            "DeviceCgroupRules",
            "ExtraHosts",
            "CpuRealtimePeriod",
            "CpuRealtimeRuntime",
            "LogConfig.Type")) {
      fields.put("ContainerCreate:HostConfig." + field, Kind.VALUE);
    }
    fields.put("ContainerCreate:HostConfig.CapAdd", Kind.CAPABILITY);
    fields.put("ContainerCreate:HostConfig.DeviceRequests", Kind.DEVICE_REQUEST);
    fields.put("ContainerCreate:HostConfig.Devices", Kind.DEVICE);
    for (String field : List.of("Binds", "Mounts")) {
      fields.put("ContainerCreate:HostConfig." + field, Kind.PATH);
    }
    for (String field : List.of("Sysctls", "StorageOpt", "LogConfig.Config")) {
      fields.put("ContainerCreate:HostConfig." + field, Kind.KEY);
    }
    fields.put("ContainerExec:Privileged", Kind.VALUE);
    return fields;
  }

  /** The fields that can be opened, in the order of their names. */
  public static List<String> known() {
    return FIELDS.keySet().stream().sorted().toList();
  }

  /**
   * What is opened, as in a record.
   *
   * @throws IllegalArgumentException with a sentence, for a field that cannot be opened
   */
  static Widening of(Map<String, List<String>> allow) {
    Map<String, List<String>> checked = new TreeMap<>();
    allow.forEach(
        (field, values) -> {
          Kind kind = FIELDS.get(field);
          if (kind == null) {
            throw new IllegalArgumentException(
                "the field %s cannot be opened; those that can are %s"
                    .formatted(field, String.join(", ", known())));
          }
          requireNamed(kind, field, values);
          checked.put(field, List.copyOf(values));
        });
    return new Widening(Map.copyOf(checked));
  }

  private static void requireNamed(Kind kind, String field, List<String> values) {
    if (kind == Kind.PATH
        && (values.isEmpty() || values.stream().anyMatch(path -> !path.startsWith("/")))) {
      throw new IllegalArgumentException(
          "name the paths of the host that %s is opened for, as %s=/srv/shared:ro"
              .formatted(field, field));
    }
    if (kind == Kind.DEVICE
        && (values.isEmpty() || !values.stream().allMatch(DeviceNames::isPath))) {
      throw new IllegalArgumentException(
          "name the devices that %s is opened for by their paths without // and .., as %s=/dev/fuse"
              .formatted(field, field));
    }
    if (kind == Kind.DEVICE_REQUEST && !values.stream().allMatch(DeviceNames::isCdi)) {
      throw new IllegalArgumentException(
          "name the devices that %s is opened for as CDI does, as %s=vendor.com/class=card0"
              .formatted(field, field));
    }
  }

  Map<String, List<String>> allowed() {
    return new TreeMap<>(allowed);
  }

  /** What goes to the engine of a denied value; empty when it stays denied. */
  Optional<JsonNode> admit(String action, String path, JsonNode value) {
    String field = action + ":" + INDEX.matcher(path).replaceAll("");
    List<String> values = allowed.get(field);
    if (values == null) {
      return Optional.empty();
    }
    if (!(value instanceof ArrayNode items)) {
      return admit(field, value, values);
    }
    ArrayNode admitted = JsonNodeFactory.instance.arrayNode();
    for (JsonNode item : items) {
      Optional<JsonNode> one = admit(field, item, values);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      admitted.add(one.get());
    }
    return Optional.of(admitted);
  }

  private static Optional<JsonNode> admit(String field, JsonNode value, List<String> values) {
    return switch (FIELDS.get(field)) {
      case PATH -> mount(value, values);
      case DEVICE -> device(value, values);
      case CAPABILITY ->
          values.isEmpty()
                  || values.stream().map(Widening::bare).anyMatch(bare(value.asText())::equals)
              ? Optional.of(value)
              : Optional.empty();
      case DEVICE_REQUEST -> values.isEmpty() ? unnamedDevices(value) : namedDevices(value, values);
      case VALUE, KEY ->
          values.isEmpty() || values.contains(value.asText())
              ? Optional.of(value)
              : Optional.empty();
    };
  }

  private static String bare(String capability) {
    String upper = capability.toUpperCase(Locale.ROOT);
    return upper.startsWith("CAP_") ? upper.substring("CAP_".length()) : upper;
  }

  /**
   * What comes out has nothing but what was looked at: an engine takes the path of the host from a
   * field in other letters, too.
   */
  private static Optional<JsonNode> device(JsonNode value, List<String> paths) {
    String path = value.path("PathOnHost").asText();
    if (!paths.contains(path)) {
      return Optional.empty();
    }
    ObjectNode device = JsonNodeFactory.instance.objectNode().put("PathOnHost", path);
    for (String field : List.of("PathInContainer", "CgroupPermissions")) {
      if (value.hasNonNull(field)) {
        device.put(field, value.path(field).asText());
      }
    }
    return Optional.of(device);
  }

  /**
   * What has a CDI name could be a GPU past the quota, so it is opened by its name alone. What
   * comes out has nothing but what was looked at: an engine takes fields in other letters, too.
   */
  private static Optional<JsonNode> unnamedDevices(JsonNode value) {
    if (DeviceNames.isByName(value)) {
      return Optional.empty();
    }
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    for (String field : List.of("Driver", "Count", "DeviceIDs", "Capabilities", "Options")) {
      if (value.hasNonNull(field)) {
        request.set(field, value.get(field));
      }
    }
    return Optional.of(request);
  }

  /** Each device must be named. What comes out has nothing but their names. */
  private static Optional<JsonNode> namedDevices(JsonNode value, List<String> names) {
    JsonNode asked = value.path("DeviceIDs");
    if (!DeviceNames.isByName(value)
        || asked.isEmpty()
        || !asked.valueStream().allMatch(id -> names.contains(id.asText()))) {
      return Optional.empty();
    }
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("Driver", DeviceNames.CDI);
    ArrayNode ids = request.putArray("DeviceIDs");
    asked.forEach(id -> ids.add(id.asText()));
    return Optional.of(request);
  }

  /**
   * A path must be named as it stands: below one, a tenant who can write there could put a link to
   * anywhere. What comes out has nothing but the path, the target and whether it is read-only.
   */
  private static Optional<JsonNode> mount(JsonNode value, List<String> paths) {
    if (value.isTextual()) {
      String[] parts = value.textValue().split(":", -1);
      boolean isBind =
          (parts.length == 2 || (parts.length == 3 && BIND_OPTIONS.contains(parts[2])))
              && parts[1].startsWith("/");
      boolean isReadOnly = parts.length == 3 && parts[2].equals("ro");
      return isBind && isNamed(parts[0], isReadOnly, paths) ? Optional.of(value) : Optional.empty();
    }
    if (!value.path("Type").asText().equals("bind")
        || !value.path("Target").asText().startsWith("/")) {
      return Optional.empty();
    }
    boolean isReadOnly = value.path("ReadOnly").asBoolean();
    String source = value.path("Source").asText();
    if (!isNamed(source, isReadOnly, paths)) {
      return Optional.empty();
    }
    ObjectNode mount = JsonNodeFactory.instance.objectNode();
    mount.put("Type", "bind").put("Source", source).put("Target", value.path("Target").asText());
    return Optional.of(mount.put("ReadOnly", isReadOnly));
  }

  private static boolean isNamed(String path, boolean isReadOnly, List<String> paths) {
    return paths.contains(path) || (isReadOnly && paths.contains(path + ":ro"));
  }
}
