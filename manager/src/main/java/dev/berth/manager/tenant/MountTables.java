package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.FieldTable.field;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be mounted into a container (Engine API v1.41 to v1.51, Mount). */
final class MountTables {
  private static final Pattern TMPFS_OPTION = Pattern.compile("(size|mode|uid|gid|nr_inodes)=(.*)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})([kKmMgG]?)");
  private static final Set<String> TMPFS_FLAGS =
      Set.of("", "rw", "ro", "exec", "noexec", "nosuid", "nodev", "noatime", "nodiratime");

  private static final Rule DRIVER =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("Name", Rules.oneOf("volumes of tenants have the driver local", "local")),
              field(
                  "Options",
                  Rules.zero("options of a volume driver can mount what is the host's"))));

  static final FieldTable VOLUME_OPTIONS =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("NoCopy", Rules.FLAG),
              field("Labels", LabelRules.PLAIN),
              field("DriverConfig", DRIVER),
              field("Subpath", Rules.TEXT)));

  private static final Rule TMPFS_OPTIONS =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("SizeBytes", Rules.atMost(0, PolicyLimits::tmpfsBytes)),
              field("Mode", Rules.number(0, 07777))));

  static final FieldTable MOUNT =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("Type", Rules.TEXT),
              field("Source", References.VOLUME),
              field("Target", MountTables::target),
              field("ReadOnly", Rules.FLAG),
              field("Consistency", Rules.IGNORED),
              field("VolumeOptions", VOLUME_OPTIONS),
              field("TmpfsOptions", TMPFS_OPTIONS)));

  static final Rule MOUNTS = Rules.each(MountTables::mount);

  /** The short form of tmpfs mounts: options by path, as mount(8) takes them. */
  static final Rule TMPFS =
      Rules.entries(
          References::requireTarget,
          (value, at) -> {
            for (String option : Rules.text(value, at).split(",")) {
              checkTmpfs(option, at);
            }
            return Optional.of(value);
          });

  private MountTables() {}

  private static Optional<JsonNode> mount(JsonNode value, Place at) {
    String type = value.path("Type").asText("");
    if (!type.equals("volume") && !type.equals("tmpfs")) {
      throw at.field("Type")
          .denied(
              "a tenant mounts volumes and tmpfs, not \"%s\"; use a named volume".formatted(type));
    }
    if (type.equals("tmpfs") && !value.path("Source").asText("").isEmpty()) {
      throw at.field("Source").malformed("empty for a tmpfs");
    }
    ObjectNode mount = MOUNT.apply(value, at);
    if (!mount.has("Target")) {
      throw at.field("Target").malformed("given");
    }
    return Optional.of(mount);
  }

  private static Optional<JsonNode> target(JsonNode value, Place at) {
    References.requireTarget(Rules.text(value, at), at);
    return Optional.of(value);
  }

  private static void checkTmpfs(String option, Place at) {
    Matcher setting = TMPFS_OPTION.matcher(option);
    if (!setting.matches()) {
      if (!TMPFS_FLAGS.contains(option)) {
        throw at.denied("the option \"%s\" is not for tenants".formatted(option));
      }
      return;
    }
    if (setting.group(1).equals("size") && bytes(setting.group(2), at) > at.limits().tmpfsBytes()) {
      throw at.denied("a tmpfs holds at most %d bytes".formatted(at.limits().tmpfsBytes()));
    }
  }

  private static long bytes(String size, Place at) {
    Matcher matcher = SIZE.matcher(size);
    if (!matcher.matches()) {
      throw at.denied("give the size in bytes, or with k, m or g");
    }
    int shift =
        switch (matcher.group(2)) {
          case "k", "K" -> 10;
          case "m", "M" -> 20;
          case "g", "G" -> 30;
          default -> 0;
        };
    long number = Long.parseLong(matcher.group(1));
    return number > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : number << shift;
  }
}
