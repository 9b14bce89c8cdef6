package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Whatever is asked for: what is admitted holds nothing that this list of its own forbids. */
class ContainerPolicyPropertyTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The fields that may reach an engine, with what must be true of each. */
  private static final Map<String, Predicate<JsonNode>> SAFE =
      Map.ofEntries(
          Map.entry("AutoRemove", JsonNode::isBoolean),
          Map.entry("Binds", all(b -> !b.startsWith("/") || !b.contains(":"))),
          Map.entry("BlkioWeight", JsonNode::isNumber),
          Map.entry(
              "CapAdd", all(c -> !c.toUpperCase(Locale.ROOT).matches("(CAP_)?(SYS_ADMIN|ALL)"))),
          Map.entry("CapDrop", JsonNode::isArray),
          Map.entry("CgroupnsMode", text("", "private")),
          Map.entry("ConsoleSize", JsonNode::isArray),
          Map.entry("CpuPeriod", JsonNode::isNumber),
          Map.entry("CpuQuota", n -> n.longValue() > 0),
          Map.entry("CpuShares", JsonNode::isNumber),
          Map.entry("CpusetCpus", JsonNode::isTextual),
          Map.entry("CpusetMems", JsonNode::isTextual),
          Map.entry("Dns", JsonNode::isArray),
          Map.entry("DnsOptions", JsonNode::isArray),
          Map.entry("DnsSearch", JsonNode::isArray),
          Map.entry("ExtraHosts", all(h -> !h.contains("host-gateway"))),
          Map.entry("GroupAdd", JsonNode::isArray),
          Map.entry("Init", JsonNode::isBoolean),
          Map.entry("IpcMode", text("", "none", "private", "shareable", joined())),
          Map.entry("Isolation", text("", "default")),
          Map.entry("KernelMemory", JsonNode::isNumber),
          Map.entry("KernelMemoryTCP", JsonNode::isNumber),
          Map.entry("Links", all(l -> l.startsWith(TenantObjects.OTHER_ID))),
          Map.entry("LogConfig", l -> !l.path("Type").asText("").equals("syslog")),
          Map.entry("Memory", JsonNode::isNumber),
          Map.entry("MemoryReservation", JsonNode::isNumber),
          Map.entry("MemorySwap", n -> n.longValue() >= 0),
          Map.entry("MemorySwappiness", JsonNode::isNumber),
          Map.entry("Mounts", ContainerPolicyPropertyTest::areSafeMounts),
          Map.entry("NanoCpus", n -> n.longValue() == 0 || n.longValue() >= 10_000_000),
          Map.entry(
              "NetworkMode", text("", "default", "bridge", "none", "acme.a", "acme.b", joined())),
          Map.entry("OomKillDisable", JsonNode::isBoolean),
          Map.entry("OomScoreAdj", n -> n.longValue() >= 0),
          Map.entry("PidMode", text("", joined())),
          Map.entry("PidsLimit", n -> n.longValue() > 0),
          // The keys are ports, and may be any word here.
          Map.entry(
              "PortBindings",
              p -> p.valueStream().allMatch(bound -> bound.findValue("HostIp") == null)),
          Map.entry("PublishAllPorts", JsonNode::isBoolean),
          Map.entry("ReadonlyRootfs", JsonNode::isBoolean),
          Map.entry("RestartPolicy", JsonNode::isObject),
          Map.entry("SecurityOpt", all(o -> !o.contains("unconfined"))),
          Map.entry("ShmSize", n -> n.longValue() <= PolicyLimits.DEFAULT.shmBytes()),
          Map.entry("StorageOpt", JsonNode::isObject),
          Map.entry("Sysctls", s -> !s.has("kernel.core_pattern")),
          Map.entry("Tmpfs", JsonNode::isObject),
          Map.entry("Ulimits", JsonNode::isArray),
          Map.entry("VolumeDriver", text("", "local")),
          Map.entry("VolumesFrom", all(v -> v.startsWith(TenantObjects.OTHER_ID))));

  private static final List<String> DENIED_FIELDS =
      List.of(
          "Privileged",
          "privileged",
          "Devices",
          "DeviceCgroupRules",
          "DeviceRequests",
          "Runtime",
          "CgroupParent",
          "UsernsMode",
          "UTSMode",
          "Cgroup",
          "MaskedPaths",
          "ReadonlyPaths",
          "Annotations",
          "CpuRealtimePeriod",
          "BlkioWeightDevice",
          "Capabilities",
          "NextField",
          "networkmode",
          "BINDS",
          "Type",
          "Source",
          "Target",
          "HostIp",
          "HostPort",
          "80/tcp",
          "kernel.core_pattern",
          "EndpointsConfig",
          "host",
          "a",
          "Config",
          "Name",
          "Options");

  private static final List<String> TEXTS =
      List.of(
          "",
          "host",
          "container:other",
          "container:theirs",
          "container:",
          "/etc:/e",
          "data:/d",
          "data:/d:ro",
          "/anon",
          "other",
          "other:db",
          "theirs:ro",
          "bridge",
          "default",
          "none",
          "a",
          "b",
          "private",
          "ALL",
          "CHOWN",
          "SYS_ADMIN",
          "volume",
          "bind",
          "tmpfs",
          "/etc",
          "data",
          "syslog",
          "json-file",
          "unconfined",
          "seccomp=unconfined",
          "no-new-privileges",
          "h:host-gateway",
          "h:1.2.3.4",
          "local",
          "sshfs",
          "runc",
          "10.0.0.1",
          "80",
          "always");

  private static final List<String> KNOWN = SAFE.keySet().stream().sorted().toList();

  private static final List<String> ANY =
      Stream.concat(KNOWN.stream(), DENIED_FIELDS.stream()).toList();

  private static final List<String> TOP_FIELDS =
      List.of("Labels", "Env", "Volumes", "NetworkingConfig", "Cmd", "Privileged", "name", "Binds");

  private static final List<String> INNER_FIELDS =
      Stream.concat(
              DENIED_FIELDS.stream(),
              Stream.of("berth.tenant", "Berth.x", "berth.constraint", "mine", "Aliases"))
          .toList();

  private static final List<String> MOUNT_FIELDS =
      List.of("Type", "Source", "Target", "ReadOnly", "VolumeOptions", "BindOptions");

  private static Predicate<JsonNode> all(Predicate<String> test) {
    return node -> node.isArray() && node.valueStream().allMatch(item -> test.test(item.asText()));
  }

  private static Predicate<JsonNode> text(String... allowed) {
    Set<String> words = Set.of(allowed);
    return node -> words.contains(node.textValue());
  }

  private static String joined() {
    return "container:" + TenantObjects.OTHER_ID;
  }

  private static boolean areSafeMounts(JsonNode mounts) {
    return mounts
        .valueStream()
        .allMatch(
            mount ->
                Set.of("volume", "tmpfs").contains(mount.get("Type").asText())
                    && (!mount.has("Source") || mount.get("Source").asText().startsWith("acme."))
                    && mount.findValue("Options") == null);
  }

  @Property(tries = 20_000)
  void what_is_admitted_is_safe(@ForAll("bodies") ObjectNode asked) {
    ContainerPolicy.Admitted admitted;
    try {
      admitted =
          new ContainerPolicy(PolicyLimits.DEFAULT)
              .admit(asked, TenantObjects.ACME, TenantObjects.acme());
    } catch (PolicyDeniedException | MalformedBodyException e) {
      Statistics.collect("refused");
      return;
    }
    Statistics.collect("admitted");
    for (var field : admitted.body().get("HostConfig").properties()) {
      assertThat(SAFE).containsKey(field.getKey());
      assertThat(SAFE.get(field.getKey()).test(field.getValue())).as("%s", field).isTrue();
    }
    for (var field : admitted.body().path("NetworkingConfig").properties()) {
      assertThat(field.getKey()).isEqualTo("EndpointsConfig");
      assertThat(field.getValue().properties())
          .extracting(Map.Entry::getKey)
          .isSubsetOf("acme.a", "acme.b", "bridge", "default", "none", "");
    }
    for (var label : admitted.body().path("Labels").properties()) {
      assertThat(label.getKey().toLowerCase(Locale.ROOT)).doesNotStartWith("berth.");
    }
  }

  @Provide
  Arbitrary<ObjectNode> bodies() {
    return Arbitraries.randomValue(
        random -> {
          ObjectNode body = object(random, TOP_FIELDS, 2, 2);
          body.set("HostConfig", object(random, random.nextInt(4) == 0 ? ANY : KNOWN, 3, 3));
          return body;
        });
  }

  private static JsonNode value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 10)) {
      case 0, 1, 2 -> TextNode.valueOf(one(random, TEXTS));
      case 3 -> LongNode.valueOf(random.nextInt(5000) - 2);
      case 4 -> random.nextBoolean() ? LongNode.valueOf(random.nextLong()) : NODES.nullNode();
      case 5 -> BooleanNode.valueOf(random.nextBoolean());
      case 6, 7 -> {
        ArrayNode array = NODES.arrayNode();
        int size = random.nextInt(3);
        for (int i = 0; i < size; i++) {
          array.add(value(random, depth - 1));
        }
        yield array;
      }
      case 8 -> object(random, INNER_FIELDS, 3, depth - 1);
      default -> NODES.arrayNode().add(object(random, MOUNT_FIELDS, 4, 0));
    };
  }

  private static ObjectNode object(Random random, List<String> fields, int size, int depth) {
    ObjectNode object = NODES.objectNode();
    int count = random.nextInt(size + 1);
    for (int i = 0; i < count; i++) {
      object.set(one(random, fields), value(random, depth));
    }
    return object;
  }

  private static String one(Random random, List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
