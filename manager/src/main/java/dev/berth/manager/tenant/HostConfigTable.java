package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.FieldTable.field;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import dev.berth.common.id.Labels;
import dev.berth.common.resource.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of {@code HostConfig} (Engine API v1.24 to v1.51), and what a tenant may put there.
 */
final class HostConfigTable {
  private static final String NOT_ON_LINUX = "it is for engines on Windows";
  private static final long LEAST_NANO_CPUS = 10_000_000;
  private static final String HOSTS_DEVICES = "it names a device of the host";

  /** What the engine gives every container; a tenant may name them, and none beyond. */
  private static final Set<String> DEFAULT_CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  /** Options that make a container's confinement stricter, or are the engine's default. */
  private static final Set<String> SECURITY_OPTIONS =
      Set.of(
          "no-new-privileges",
          "no-new-privileges:true",
          "no-new-privileges=true",
          "apparmor=docker-default",
          "seccomp=builtin");

  /** Settings of the kernel that belong to a container's own namespaces. */
  private static final Set<String> SYSCTLS =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced",
          "net.core.somaxconn",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.ip_local_reserved_ports",
          "net.ipv4.ip_unprivileged_port_start",
          "net.ipv4.ping_group_range",
          "net.ipv4.tcp_fin_timeout",
          "net.ipv4.tcp_keepalive_intvl",
          "net.ipv4.tcp_keepalive_probes",
          "net.ipv4.tcp_keepalive_time",
          "net.ipv4.tcp_max_syn_backlog",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.tcp_tw_reuse",
          "net.ipv6.conf.all.disable_ipv6",
          "net.ipv6.conf.default.disable_ipv6");

  private static final Set<String> LOG_OPTIONS =
      Set.of(
          "compress",
          "env",
          "env-regex",
          "labels",
          "max-buffer-size",
          "max-file",
          "max-size",
          "mode",
          "tag");

  private static final Rule CAPABILITY =
      Rules.text(
          name -> DEFAULT_CAPABILITIES.contains(bareCapability(name)),
          "only the capabilities that every container has can be named");

  private static final Set<String> RESTART_POLICIES =
      Set.of("", "no", "always", "unless-stopped", "on-failure");

  private static final Rule RESTART_POLICY =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field(
                  "Name",
                  (value, at) -> {
                    String policy = Rules.text(value, at);
                    if (!RESTART_POLICIES.contains(policy)) {
                      throw new MalformedBodyException(
                          "invalid restart policy '%s'".formatted(policy));
                    }
                    return Optional.of(value);
                  }),
              field("MaximumRetryCount", Rules.COUNT)));

  static final FieldTable LOG_CONFIG =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field(
                  "Type",
                  Rules.oneOf(
                      "a driver that takes logs off the host is the operator's to set;"
                          + " use json-file or local",
                      "json-file",
                      "local",
                      "none")),
              field(
                  "Config", Rules.entries(HostConfigTable::logOption, HostConfigTable::logValue))));

  private static final Rule PIDS =
      (value, at) -> {
        long asked = Rules.whole(value, at);
        long most = at.limits().pids();
        if (asked > most) {
          throw at.denied("a container may have at most %d processes".formatted(most));
        }
        return Optional.of(asked <= 0 ? LongNode.valueOf(most) : value);
      };

  private static final Rule SWAP =
      (value, at) -> {
        if (Rules.whole(value, at) < 0) {
          throw at.denied("swap is bounded by memory; leave it out or give a number of bytes");
        }
        return Optional.of(value);
      };

  /** An engine makes no bound of what is less than the kernel can give, and says nothing. */
  private static final Rule NANO_CPUS =
      (value, at) -> {
        long asked = Rules.whole(value, at);
        if (asked != 0 && asked < LEAST_NANO_CPUS) {
          throw at.denied(
              "it must be 0 or at least %d, a hundredth of a CPU".formatted(LEAST_NANO_CPUS));
        }
        return Optional.of(value);
      };

  /** An engine takes -1 for no bound, whatever NanoCpus says: so it must not reach one. */
  private static final Rule NEW_CPU_QUOTA =
      (value, at) -> {
        Optional<JsonNode> admitted = Rules.number(-1, Long.MAX_VALUE).admit(value, at);
        return admitted.filter(quota -> quota.longValue() > 0);
      };

  private static final Rule CHANGED_CPU_QUOTA =
      (value, at) -> {
        if (Rules.whole(value, at) < 0) {
          throw at.denied(
              "a bound of CPU cannot be taken away; give the microseconds of each period that it"
                  + " is to have");
        }
        return Optional.of(value);
      };

  /** What create and update have in common. */
  private static List<FieldTable.Field> resources(Rule cpuQuota) {
    return List.of(
        field("CpuShares", Rules.COUNT),
        field("Memory", Rules.COUNT),
        field("NanoCpus", NANO_CPUS),
        field("CgroupParent", Rules.zero("the cluster chooses the control group")),
        field("BlkioWeight", Rules.number(0, 1000)),
        field("BlkioWeightDevice", Rules.zero(HOSTS_DEVICES)),
        field("BlkioDeviceReadBps", Rules.zero(HOSTS_DEVICES)),
        field("BlkioDeviceWriteBps", Rules.zero(HOSTS_DEVICES)),
        field("BlkioDeviceReadIOps", Rules.zero(HOSTS_DEVICES)),
        field("BlkioDeviceWriteIOps", Rules.zero(HOSTS_DEVICES)),
        field("CpuPeriod", Rules.COUNT),
        field("CpuQuota", cpuQuota),
        field("CpuRealtimePeriod", Rules.zero("real-time scheduling can starve the host")),
        field("CpuRealtimeRuntime", Rules.zero("real-time scheduling can starve the host")),
        field("CpusetCpus", Rules.TEXT),
        field("CpusetMems", Rules.TEXT),
        field("Devices", Rules.zero("devices are the host's")),
        field("DeviceCgroupRules", Rules.zero("devices are the host's")),
        field("DeviceRequests", GpuRule.REQUESTS),
        field("KernelMemory", Rules.COUNT),
        field("KernelMemoryTCP", Rules.COUNT),
        field("MemoryReservation", Rules.COUNT),
        field("MemorySwap", SWAP),
        field("MemorySwappiness", Rules.number(-1, 100)),
        field("OomKillDisable", Rules.FLAG),
        field("PidsLimit", PIDS),
        field("CpuCount", Rules.zero(NOT_ON_LINUX)),
        field("CpuPercent", Rules.zero(NOT_ON_LINUX)),
        field("IOMaximumIOps", Rules.zero(NOT_ON_LINUX)),
        field("IOMaximumBandwidth", Rules.zero(NOT_ON_LINUX)));
  }

  private static final List<FieldTable.Field> REST =
      List.of(
          field("Init", Rules.FLAG),
          field("Ulimits", Rules.each(Ulimits.RULE)),
          field("RestartPolicy", RESTART_POLICY),
          field("Binds", Rules.each(References.BIND)),
          field("ContainerIDFile", Rules.IGNORED),
          field("LogConfig", LOG_CONFIG),
          field("NetworkMode", References.NETWORK_MODE),
          field("PortBindings", NetworkTables.PORT_BINDINGS),
          field("AutoRemove", Rules.FLAG),
          field("VolumeDriver", Rules.oneOf("volumes of tenants have the driver local", "local")),
          field("VolumesFrom", Rules.each(References.VOLUMES_FROM)),
          field("Mounts", MountTables.MOUNTS),
          field("ConsoleSize", Rules.each(Rules.COUNT)),
          field("Annotations", Rules.zero("annotations can change how a container is confined")),
          field("CapAdd", Rules.each(CAPABILITY)),
          field("CapDrop", Rules.TEXTS),
          field("Capabilities", Rules.zero("give CapAdd and CapDrop")),
          field("CgroupnsMode", Rules.oneOf("a container has its own view", "private")),
          field("Dns", Rules.TEXTS),
          field("DnsOptions", Rules.TEXTS),
          field("DnsSearch", Rules.TEXTS),
          field("ExtraHosts", Rules.each(NetworkTables.EXTRA_HOST_RULE)),
          field("GroupAdd", Rules.TEXTS),
          field(
              "IpcMode",
              References.modeOrContainer(
                  "it is none, private, shareable or container:NAME",
                  "none",
                  "private",
                  "shareable")),
          field("Cgroup", Rules.zero("the cluster chooses the control group")),
          field("Links", Rules.each(References.LINK)),
          field("OomScoreAdj", Rules.number(0, 1000)),
          field(
              "PidMode",
              References.modeOrContainer("the processes of a host are not a tenant's to see")),
          field("Privileged", Rules.zero("a privileged container owns its host")),
          field("PublishAllPorts", Rules.FLAG),
          field("ReadonlyRootfs", Rules.FLAG),
          field(
              "SecurityOpt",
              Rules.each(
                  Rules.text(
                      SECURITY_OPTIONS::contains,
                      "a tenant's containers keep the engine's profiles; no-new-privileges is"
                          + " allowed"))),
          field(
              "StorageOpt",
              Rules.entries(HostConfigTable::storageOption, HostConfigTable::storageSize)),
          field("Tmpfs", MountTables.TMPFS),
          field("UTSMode", Rules.zero("the host's name is the operator's")),
          field("UsernsMode", Rules.zero("the cluster chooses the user namespace")),
          field("ShmSize", Rules.atMost(0, PolicyLimits::shmBytes)),
          field("Sysctls", Rules.entries(HostConfigTable::sysctl, HostConfigTable::sysctlValue)),
          field("Runtime", Rules.zero("the cluster chooses the runtime")),
          field("Isolation", Rules.oneOf(NOT_ON_LINUX, "default")),
          field("MaskedPaths", Rules.absent("the engine's own list hides what is the host's")),
          field("ReadonlyPaths", Rules.absent("the engine's own list guards what is the host's")));

  static final FieldTable CREATE =
      new FieldTable(Rules.UNKNOWN, joined(resources(NEW_CPU_QUOTA), REST));

  /** Ulimits of a container that exists cannot be changed; the command sends an empty list. */
  static final FieldTable UPDATE =
      new FieldTable(
          Rules.UNKNOWN,
          joined(resources(CHANGED_CPU_QUOTA), List.of(field("RestartPolicy", RESTART_POLICY))));

  private HostConfigTable() {}

  private static List<FieldTable.Field> joined(
      List<FieldTable.Field> some, List<FieldTable.Field> more) {
    List<FieldTable.Field> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  private static String bareCapability(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith("CAP_") ? upper.substring("CAP_".length()) : upper;
  }

  private static void sysctl(String name, Place at) {
    if (!SYSCTLS.contains(name)) {
      throw at.denied("it is not among the kernel settings that tenants may change");
    }
  }

  /** What keeps tenants from the hosts' own services knows IPv4: no address of IPv6 is let in. */
  private static Optional<JsonNode> sysctlValue(JsonNode value, Place at) {
    String text = Rules.text(value, at);
    if (at.path().endsWith(".disable_ipv6") && !text.strip().equals("1")) {
      throw at.denied("networks of tenants have IPv4 addresses; only 1 can be set");
    }
    return Optional.of(value);
  }

  private static void storageOption(String name, Place at) {
    if (!name.equals("size")) {
      throw at.denied("size is the only storage option for tenants");
    }
  }

  private static Optional<JsonNode> storageSize(JsonNode value, Place at) {
    try {
      var _ = Bytes.parse(Rules.text(value, at));
    } catch (IllegalArgumentException e) {
      throw new MalformedBodyException("%s: %s".formatted(at.path(), e.getMessage()));
    }
    return Optional.of(value);
  }

  private static void logOption(String name, Place at) {
    if (!LOG_OPTIONS.contains(name)) {
      throw at.denied("it is not among the log options for tenants");
    }
  }

  /** Labels that a log line repeats must not be Berth's: a tenant never sees those. */
  private static Optional<JsonNode> logValue(JsonNode value, Place at) {
    for (String part : Rules.text(value, at).split(",")) {
      if (at.name().equals("labels") && Labels.isReserved(part.strip())) {
        throw at.denied("labels that begin with \"%s\" are Berth's own".formatted(Labels.PREFIX));
      }
    }
    return Optional.of(value);
  }
}
