package dev.berth.common.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every key that can be configured. The file, the variables and the documentation follow this list.
 */
public final class Settings {
  public static final Setting<Path> DATA =
      Setting.unset(
          "data",
          SettingType.PATH,
          "`~/.berth`; for root `/var/lib/berth`",
          "The directory for all that Berth keeps on this machine: keys, certificates, ZooKeeper's files, logs.");

  public static final Setting<List<String>> MANAGER_LISTEN =
      Setting.of(
          "manager.listen",
          SettingType.TEXTS,
          "tcp://127.0.0.1:2375",
          "Where clients reach the manager, as `tcp://HOST:PORT` (loopback only) or `tls://HOST:PORT`.");

  public static final Setting<InetSocketAddress> MANAGER_CLUSTER =
      Setting.of(
          "manager.cluster",
          SettingType.ADDRESS,
          "127.0.0.1:2377",
          "Where agents and other managers reach the manager, over mutual TLS.");

  public static final Setting<String> MANAGER_ADVERTISE =
      Setting.unset(
          "manager.advertise",
          SettingType.TEXT,
          "the host of `manager.cluster`, or this machine's name when that means all addresses",
          "The host name or address that goes into join tokens, endpoints and the manager's certificate.");

  public static final Setting<List<String>> REGISTRY_ALLOW =
      Setting.unset(
          "registry.allow",
          SettingType.TEXTS,
          "none",
          "Registries at loopback or link-local addresses that tenants may use all the same, as `HOST` or `HOST:PORT`.");

  public static final Setting<String> NETWORK_POOL =
      Setting.of(
          "network.pool",
          SettingType.TEXT,
          "10.200.0.0/14",
          "The addresses of tenants' default networks, in pieces of 256; a range that nothing else uses on any host.");

  public static final Setting<Duration> CERTIFICATES_LIFETIME =
      Setting.of(
          "certificates.lifetime",
          SettingType.LIFETIME,
          "90d",
          "How long a certificate of a manager or a host is good; each is renewed by itself when a third of that is left.");

  public static final Setting<String> DASHBOARD =
      Setting.of(
          "dashboard",
          SettingType.oneOf("on", "off"),
          "on",
          "Whether the page for people is served at `/dashboard/` of the addresses of `manager.listen`.");

  public static final Setting<List<String>> INGRESS_PORTS =
      Setting.of(
          "ingress.ports",
          SettingType.TEXTS,
          "80,443,1024-65535",
          "The published ports of containers that the manager offers at the addresses of `manager.listen`, too; `none` for no ports.");

  public static final Setting<String> INGRESS_OPEN_PORTS =
      Setting.of(
          "ingress.open-ports",
          SettingType.TEXT,
          "20000-32767",
          "Where published ports come from that a container leaves open; each is given out once in the whole fleet.");

  public static final Setting<List<String>> IDENTITY_SOURCES =
      Setting.unset(
          "identity.sources",
          SettingType.TEXTS,
          "all that are configured",
          "Who can vouch for a caller: `own` for Berth's own identity store, `keystone`, `certificates` for client certificates; the others are switched off, except for the operator's token on the manager's machine.");

  public static final Setting<Duration> IDENTITY_RECHECK =
      Setting.of(
          "identity.recheck",
          SettingType.DURATION,
          "60s",
          "How often the caller of an open stream (attach, exec, logs that are followed, events, stats, wait) is looked at again; a stream whose token is no longer good is ended.");

  public static final Setting<String> KEYSTONE_URL =
      Setting.unset(
          "keystone.url",
          SettingType.TEXT,
          "only Berth's own identity store",
          "The OpenStack Keystone whose tokens are taken beside Berth's own, as `https://HOST:PORT`.");

  public static final Setting<String> KEYSTONE_VERSION =
      Setting.of(
          "keystone.version",
          SettingType.oneOf("v3", "v2.0"),
          "v3",
          "Which of Keystone's APIs is asked; `v2.0` is for sites that have not left it.");

  public static final Setting<Map<String, String>> KEYSTONE_ROLES =
      Setting.of(
          "keystone.roles",
          SettingType.PAIRS,
          "admin=member,member=member,reader=reader",
          "Which of Keystone's roles mean which of Berth's, `reader`, `member` or `admin`; others mean nothing, and `admin` is an operator of all of Berth.");

  public static final Setting<String> KEYSTONE_REQUIRED_ROLE =
      Setting.unset(
          "keystone.required-role",
          SettingType.TEXT,
          "none",
          "A role that each token must have as well: may use this service.");

  public static final Setting<Integer> KEYSTONE_CACHE =
      Setting.of(
          "keystone.cache",
          SettingType.COUNT,
          "60",
          "For how many seconds a good token is believed before Keystone is asked again; 0 to ask at each call.");

  public static final Setting<Path> KEYSTONE_CA =
      Setting.unset(
          "keystone.ca",
          SettingType.PATH,
          "those that Java knows",
          "The file of the authority that signed Keystone's certificate.");

  public static final Setting<InetSocketAddress> ZOOKEEPER_LISTEN =
      Setting.of(
          "zookeeper.listen",
          SettingType.ADDRESS,
          "127.0.0.1:2181",
          "Where the embedded ZooKeeper listens; of no meaning with `zookeeper.connect`.");

  public static final Setting<String> ZOOKEEPER_CONNECT =
      Setting.unset(
          "zookeeper.connect",
          SettingType.TEXT,
          "the manager runs its own ZooKeeper",
          "The ensemble that holds the cluster's state, as `host:port,host:port/chroot`.");

  public static final Setting<Path> AGENT_ENGINE =
      Setting.of(
          "agent.engine",
          SettingType.PATH,
          "/var/run/docker.sock",
          "The unix socket of the Docker engine that the agent serves.");

  public static final Setting<String> AGENT_NAME =
      Setting.unset(
          "agent.name",
          SettingType.TEXT,
          "this machine's name",
          "The name of this host in the cluster.");

  public static final Setting<InetSocketAddress> AGENT_LISTEN =
      Setting.unset(
          "agent.listen",
          SettingType.ADDRESS,
          "`0.0.0.0:2378`; with `berth up` `127.0.0.1:2378`",
          "Where managers and other agents reach the agent, over mutual TLS.");

  public static final Setting<String> AGENT_ADVERTISE =
      Setting.unset(
          "agent.advertise",
          SettingType.TEXT,
          "the host of `agent.listen`, or this machine's name when that means all addresses",
          "The host name or address by which others reach this host, also for published ports.");

  public static final Setting<Map<String, String>> AGENT_LABELS =
      Setting.unset(
          "agent.labels",
          SettingType.PAIRS,
          "no labels",
          "Labels of this host that placement constraints can name, as in `zone=a,disk=ssd`.");

  public static final Setting<String> AGENT_GROUPS =
      Setting.unset(
          "agent.groups",
          SettingType.TEXT,
          "`/berth`, or `berth.slice` where the engine leaves control groups to systemd",
          "The control group in which those of the tenants are, as an engine takes it for a parent; `none` leaves containers where the engine puts them.");

  public static final Setting<InetSocketAddress> AGENT_METRICS =
      Setting.unset(
          "agent.metrics",
          SettingType.ADDRESS,
          "nowhere",
          "Where Prometheus reads `/metrics` of this host and each of its containers, as `127.0.0.1:9465`; over plain HTTP, to whoever asks.");

  public static final Setting<String> AGENT_PREFLIGHT =
      Setting.of(
          "agent.preflight",
          SettingType.oneOf("required", "advised", "off"),
          "required",
          "What becomes of a machine that is to join and is not fit to be a host: `required` refuses it, `advised` lets it join and logs what `berth host doctor` finds, `off` does not look. `berth up` never refuses its own machine.");

  public static final Setting<String> AGENT_MEMORY_PRESSURE =
      Setting.of(
          "agent.memory-pressure",
          SettingType.TEXT,
          "85,95",
          "From how many per cent of the host's memory in use on new containers avoid the host, and are refused; a level ends 5 below where it began.");

  public static final Setting<String> AGENT_DISK_PRESSURE =
      Setting.of(
          "agent.disk-pressure",
          SettingType.TEXT,
          "80,90",
          "The same of the bytes or inodes in use on the file system of the engine's data.");

  public static final Setting<Duration> MANAGER_IDLE_TIMEOUT =
      Setting.of(
          "manager.idle-timeout",
          SettingType.DURATION,
          "5m",
          "How long a client's connection without a request is kept open; a stream may be silent for as long as it likes.");

  public static final Setting<String> AUDIT_LOG =
      Setting.of(
          "audit.log",
          SettingType.oneOf("on", "off"),
          "on",
          "Whether calls that change something, and refusals, are written to `audit/audit.jsonl` under `data`.");

  public static final Setting<Long> AUDIT_MAX_SIZE =
      Setting.of(
          "audit.max-size",
          SettingType.SIZE,
          "64MB",
          "How large the audit log's file becomes before the next one is begun.");

  public static final Setting<Integer> AUDIT_FILES =
      Setting.of(
          "audit.files",
          SettingType.COUNT,
          "10",
          "How many files of the audit log are kept, the current one among them; at least 1.");

  public static final Setting<String> AUDIT_REQUIRED =
      Setting.of(
          "audit.required",
          SettingType.oneOf("true", "false"),
          "false",
          "Whether calls that change something are refused (503) while the audit log cannot be written.");

  public static final Setting<Integer> LIMITS_REQUESTS =
      Setting.of(
          "limits.requests-per-second",
          SettingType.COUNT,
          "200",
          "How many requests a second a tenant may make for long; more wait up to a second, then are refused (429). 0 for no limit.");

  public static final Setting<Integer> LIMITS_BURST =
      Setting.of(
          "limits.burst",
          SettingType.COUNT,
          "400",
          "How many requests a tenant may make at once after a pause, before `limits.requests-per-second` holds; at least 1.");

  public static final Setting<Integer> LIMITS_CALLS =
      Setting.of(
          "limits.calls",
          SettingType.COUNT,
          "256",
          "How many calls of a tenant are in progress at once, streams aside. 0 for no limit.");

  public static final Setting<Integer> LIMITS_STREAMS =
      Setting.of(
          "limits.streams",
          SettingType.COUNT,
          "512",
          "How many streams of a tenant are open at once: attach, exec, wait, events, stats, logs that are followed. 0 for no limit.");

  public static final Setting<Integer> LIMITS_TRANSFERS =
      Setting.of(
          "limits.transfers",
          SettingType.COUNT,
          "8",
          "How many pulls, pushes, loads and saves of images and exports of containers of a tenant run at once; more wait up to 5 minutes. 0 for no limit.");

  public static final Setting<Integer> LIMITS_SCANS =
      Setting.of(
          "limits.scans",
          SettingType.COUNT,
          "2",
          "How many calls of a tenant look through the hosts' disks at once (`system df`, `ps --size`); more wait up to a minute. 0 for no limit.");

  public static final Setting<Integer> LIMITS_EVENTS =
      Setting.of(
          "limits.events-per-second",
          SettingType.COUNT,
          "2000",
          "How many events a second go to all of a tenant's listeners together; a listener that falls 4096 behind is ended. 0 for no limit.");

  public static final Setting<Integer> LIMITS_FAILED_LOGINS =
      Setting.of(
          "limits.failed-logins",
          SettingType.COUNT,
          "20",
          "How many requests a second with a bad token, password or certificate an address may send for long, after five times as many at once; then it is answered 429 unless its token is known to be good. 0 for no limit.");

  public static final Setting<Integer> LIMITS_CONNECTIONS =
      Setting.of(
          "limits.connections",
          SettingType.COUNT,
          "1024",
          "How many connections an address may have to a listener for clients; those beyond are closed. 0 for no limit.");

  public static final Setting<Integer> LIMITS_PROCESSES =
      Setting.of(
          "limits.processes",
          SettingType.COUNT,
          "16384",
          "How many processes and threads a tenant may have on one host, those of its builds too. 0 for no limit.");

  public static final Setting<String> PLACEMENT_STRATEGY =
      Setting.of(
          "placement.strategy",
          SettingType.oneOf("spread", "binpack", "balanced", "random"),
          "spread",
          "Which of several possible hosts a container goes to: `spread` takes the least full, `binpack` the fullest, `balanced` the one whose scarcer resource is least scarce then, `random` any. A tenant (`berth tenant update --strategy`) and a container (label `berth.strategy`) can have another.");

  public static final Setting<Map<String, String>> PLACEMENT_OVERCOMMIT =
      Setting.of(
          "placement.overcommit",
          SettingType.PAIRS,
          "cpus=5,memory=5",
          "How much more than it has a host may promise to containers, in percent of its cpus, memory, disk and pids. The label `berth.overcommit` of a host, with a value of the same form, goes before it.");

  public static final Setting<Map<String, String>> PLACEMENT_RESERVE =
      Setting.unset(
          "placement.reserve",
          SettingType.PAIRS,
          "nothing",
          "What each host keeps for itself of its CPUs and memory, as `cpus=0.5,memory=512m`; the rest is what `placement.overcommit` holds for.");

  public static final Setting<Duration> RESCHEDULE_AFTER =
      Setting.of(
          "reschedule.after",
          SettingType.DURATION,
          "60s",
          "How long a host may be silent before containers that ask for it (`reschedule:on-node-failure`) are made anew elsewhere.");

  public static final Setting<String> FLAVOR_MODE =
      Setting.of(
          "flavor.mode",
          SettingType.oneOf("off", "default", "enforced"),
          "off",
          "What becomes of a container without limits: `off` leaves it so, unless its tenant has a quota of what is missing; `default` gives it those of its flavor; `enforced` lets nothing by but the CPU and memory of a flavor.");

  public static final Setting<Map<String, String>> FLAVOR_LIST =
      Setting.of(
          "flavor.list",
          SettingType.PAIRS,
          "small=0.5/512m,medium=1/2g,large=4/8g",
          "The flavors, each with its CPUs and memory; `-` is no limit. A container takes one by the label `berth.flavor`.");

  public static final Setting<String> FLAVOR_USUAL =
      Setting.of(
          "flavor.usual",
          SettingType.TEXT,
          "small",
          "The flavor of containers that name none; a tenant can have another (`berth tenant update --flavor`).");

  public static final Setting<Map<String, String>> QUOTA_USUAL =
      Setting.unset(
          "quota.usual",
          SettingType.PAIRS,
          "no limits",
          "What a tenant may have that has no quota of its own: containers, cpus, memory, gpus, devices, pids, disk, ports, volumes, volume-bytes, networks, image-bytes, builds, as `containers=100,memory=16g`.");

  public static final Setting<String> LOG_LEVEL =
      Setting.of(
          "log.level",
          SettingType.oneOf("error", "warn", "info", "debug"),
          "info",
          "From which level on events are logged.");

  public static final Setting<String> LOG_FORMAT =
      Setting.of(
          "log.format",
          SettingType.oneOf("auto", "text", "json"),
          "auto",
          "How the log is written to the console: `auto` is text on a terminal and one JSON object a line elsewhere.");

  /** In the order of the documentation. */
  public static final List<Setting<?>> ALL =
      List.of(
          DATA,
          MANAGER_LISTEN,
          MANAGER_CLUSTER,
          MANAGER_ADVERTISE,
          REGISTRY_ALLOW,
          MANAGER_IDLE_TIMEOUT,
          NETWORK_POOL,
          CERTIFICATES_LIFETIME,
          DASHBOARD,
          INGRESS_PORTS,
          INGRESS_OPEN_PORTS,
          IDENTITY_SOURCES,
          IDENTITY_RECHECK,
          KEYSTONE_URL,
          KEYSTONE_VERSION,
          KEYSTONE_ROLES,
          KEYSTONE_REQUIRED_ROLE,
          KEYSTONE_CACHE,
          KEYSTONE_CA,
          ZOOKEEPER_LISTEN,
          ZOOKEEPER_CONNECT,
          AGENT_ENGINE,
          AGENT_NAME,
          AGENT_LISTEN,
          AGENT_ADVERTISE,
          AGENT_GROUPS,
          AGENT_LABELS,
          AGENT_METRICS,
          AGENT_PREFLIGHT,
          AGENT_MEMORY_PRESSURE,
          AGENT_DISK_PRESSURE,
          AUDIT_LOG,
          AUDIT_MAX_SIZE,
          AUDIT_FILES,
          AUDIT_REQUIRED,
          LIMITS_REQUESTS,
          LIMITS_BURST,
          LIMITS_CALLS,
          LIMITS_STREAMS,
          LIMITS_TRANSFERS,
          LIMITS_SCANS,
          LIMITS_EVENTS,
          LIMITS_FAILED_LOGINS,
          LIMITS_CONNECTIONS,
          LIMITS_PROCESSES,
          PLACEMENT_STRATEGY,
          PLACEMENT_OVERCOMMIT,
          PLACEMENT_RESERVE,
          RESCHEDULE_AFTER,
          FLAVOR_MODE,
          FLAVOR_LIST,
          FLAVOR_USUAL,
          QUOTA_USUAL,
          LOG_LEVEL,
          LOG_FORMAT);

  private Settings() {}

  static Optional<Setting<?>> byKey(String key) {
    for (Setting<?> setting : ALL) {
      if (setting.key().equals(key)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }

  /** Whether a longer key begins with this one. */
  static boolean isGroup(String key) {
    return ALL.stream().anyMatch(setting -> setting.key().startsWith(key + "."));
  }

  /** The known key that takes the fewest changes of one letter to get to. */
  static String nearest(String key) {
    return ALL.stream()
        .map(Setting::key)
        .min(Comparator.comparingInt(known -> changes(key, known)))
        .orElseThrow();
  }

  /** Levenshtein's distance. */
  private static int changes(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replace = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[to.length()];
  }
}
