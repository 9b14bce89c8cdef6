package dev.berth.cli.daemon;

import dev.berth.agent.AgentConfig;
import dev.berth.agent.Join;
import dev.berth.agent.Preflight;
import dev.berth.agent.monitor.MonitorLimits;
import dev.berth.cli.CommandFailure;
import dev.berth.common.config.Config;
import dev.berth.common.config.MachineName;
import dev.berth.common.config.Setting;
import dev.berth.common.config.Settings;
import dev.berth.common.monitor.Thresholds;
import dev.berth.common.wire.TenantGroup;
import dev.berth.manager.IdentityConfig;
import dev.berth.manager.Listen;
import dev.berth.manager.ManagerConfig;
import dev.berth.manager.PlacementConfig;
import dev.berth.manager.ZooKeeperConfig;
import dev.berth.manager.audit.AuditConfig;
import dev.berth.manager.cluster.AddressPool;
import dev.berth.manager.cluster.PortRange;
import dev.berth.manager.ingress.IngressConfig;
import dev.berth.manager.keystone.KeystoneConfig;
import dev.berth.manager.limit.LimitConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes of the configuration what manager and agent start from. */
public final class Plans {
  private static final int AGENT_PORT = 2378;

  private final Config config;
  private final Supplier<Optional<String>> machine;

  public Plans(Config config) {
    this(config, MachineName::find);
  }

  /**
   * The same for a machine of that name.
   *
   * @param machine asked only where the configuration has no name; it may take seconds
   */
  Plans(Config config, Supplier<Optional<String>> machine) {
    this.config = config;
    this.machine = machine;
  }

  /** Says what is wrong with the configuration of a manager before one is started. */
  public void check() {
    var _ = listen();
    var _ = networkPool();
    var _ = ingress();
    var _ = audit();
    var _ = limits();
    var _ = identity();
    var _ = monitor();
    var _ = placement();
  }

  public ManagerConfig manager(Path data) {
    ZooKeeperConfig zookeeper =
        config
            .find(Settings.ZOOKEEPER_CONNECT)
            .<ZooKeeperConfig>map(ZooKeeperConfig.Ensemble::new)
            .orElseGet(
                () ->
                    new ZooKeeperConfig.Embedded(
                        resolve(Settings.ZOOKEEPER_LISTEN, config.get(Settings.ZOOKEEPER_LISTEN))));
    InetSocketAddress cluster =
        resolve(Settings.MANAGER_CLUSTER, config.get(Settings.MANAGER_CLUSTER));
    return new ManagerConfig(
        data,
        listen(),
        cluster,
        zookeeper,
        advertised(Settings.MANAGER_ADVERTISE, cluster),
        registries(),
        config.get(Settings.MANAGER_IDLE_TIMEOUT),
        networkPool(),
        ingress(),
        audit(),
        limits(),
        identity(),
        placement(),
        config.get(Settings.DASHBOARD).equals("on"),
        config.get(Settings.CERTIFICATES_LIFETIME));
  }

  /** The same, with what agents of a lab connect to on the lab's own network. */
  public ManagerConfig manager(Path data, InetAddress lab) {
    return new ManagerConfig(
        data,
        listen(),
        new InetSocketAddress(lab, config.get(Settings.MANAGER_CLUSTER).getPort()),
        new ZooKeeperConfig.Embedded(
            new InetSocketAddress(lab, config.get(Settings.ZOOKEEPER_LISTEN).getPort())),
        lab.getHostAddress(),
        registries(),
        config.get(Settings.MANAGER_IDLE_TIMEOUT),
        networkPool(),
        ingress(),
        audit(),
        limits(),
        identity(),
        placement(),
        config.get(Settings.DASHBOARD).equals("on"),
        config.get(Settings.CERTIFICATES_LIFETIME));
  }

  private List<String> registries() {
    return config.find(Settings.REGISTRY_ALLOW).orElse(List.of());
  }

  /**
   * An agent's plan.
   *
   * @param anyHost where it listens when that is not configured
   */
  public AgentConfig agent(Path data, Optional<Join> join, String anyHost) {
    InetSocketAddress listen =
        resolve(
            Settings.AGENT_LISTEN,
            config
                .find(Settings.AGENT_LISTEN)
                .orElseGet(() -> InetSocketAddress.createUnresolved(anyHost, AGENT_PORT)));
    return new AgentConfig(
        data,
        config.get(Settings.AGENT_ENGINE).toAbsolutePath(),
        join,
        config.find(Settings.AGENT_NAME).orElseGet(() -> machine(Settings.AGENT_NAME)),
        listen,
        advertised(Settings.AGENT_ADVERTISE, listen),
        groups(),
        config.find(Settings.AGENT_LABELS).orElse(Map.of()),
        monitor(),
        config
            .find(Settings.AGENT_METRICS)
            .map(address -> resolve(Settings.AGENT_METRICS, address)),
        Preflight.valueOf(config.get(Settings.AGENT_PREFLIGHT).toUpperCase(Locale.ROOT)));
  }

  private MonitorLimits monitor() {
    return new MonitorLimits(
        config.read(Settings.AGENT_MEMORY_PRESSURE, Thresholds::parse),
        config.read(Settings.AGENT_DISK_PRESSURE, Thresholds::parse));
  }

  private Optional<String> groups() {
    return config.find(Settings.AGENT_GROUPS).isEmpty()
        ? Optional.empty()
        : Optional.of(config.read(Settings.AGENT_GROUPS, Plans::group));
  }

  private static String group(String text) {
    if (text.equals("none")) {
      return "";
    }
    return new TenantGroup(text, 0, 0).name();
  }

  private Optional<KeystoneConfig> keystone() {
    if (config.find(Settings.KEYSTONE_URL).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        config.read(
            Settings.KEYSTONE_VERSION,
            version ->
                new KeystoneConfig(
                    config.read(Settings.KEYSTONE_URL, KeystoneConfig::parseUrl),
                    version.equals("v3") ? KeystoneConfig.Version.V3 : KeystoneConfig.Version.V2,
                    config.read(Settings.KEYSTONE_ROLES, KeystoneConfig::parseRoles),
                    config.find(Settings.KEYSTONE_REQUIRED_ROLE),
                    Duration.ofSeconds(config.get(Settings.KEYSTONE_CACHE)),
                    config.find(Settings.KEYSTONE_CA))));
  }

  private IdentityConfig identity() {
    Optional<KeystoneConfig> keystone = keystone();
    Duration recheck = config.get(Settings.IDENTITY_RECHECK);
    return config.find(Settings.IDENTITY_SOURCES).isEmpty()
        ? IdentityConfig.all(keystone, recheck)
        : config.read(
            Settings.IDENTITY_SOURCES, names -> IdentityConfig.of(names, keystone, recheck));
  }

  /** Setting by setting: what is refused is told with the place of the one that it is in. */
  private PlacementConfig placement() {
    PlacementConfig placement =
        PlacementConfig.of(
            config.get(Settings.PLACEMENT_STRATEGY), config.get(Settings.RESCHEDULE_AFTER));
    placement = config.read(Settings.PLACEMENT_OVERCOMMIT, placement::promising);
    placement = readIfSet(Settings.PLACEMENT_RESERVE, placement, placement::keeping);
    placement = readIfSet(Settings.QUOTA_USUAL, placement, placement::allotting);
    PlacementConfig plain = placement;
    PlacementConfig flavored =
        config.read(
            Settings.FLAVOR_LIST,
            limits -> plain.flavored(config.get(Settings.FLAVOR_MODE), limits));
    return config.read(Settings.FLAVOR_USUAL, flavored::usually);
  }

  private <T, R> R readIfSet(Setting<T> setting, R unset, Function<T, R> reader) {
    return config.find(setting).isEmpty() ? unset : config.read(setting, reader);
  }

  private AddressPool networkPool() {
    return config.read(Settings.NETWORK_POOL, AddressPool::parse);
  }

  private IngressConfig ingress() {
    return new IngressConfig(
        config.read(Settings.INGRESS_PORTS, IngressConfig::parse),
        config.read(Settings.INGRESS_OPEN_PORTS, PortRange::parse));
  }

  private AuditConfig audit() {
    return config.read(
        Settings.AUDIT_FILES,
        files ->
            new AuditConfig(
                config.get(Settings.AUDIT_LOG).equals("on"),
                config.get(Settings.AUDIT_MAX_SIZE),
                files,
                config.get(Settings.AUDIT_REQUIRED).equals("true")));
  }

  private LimitConfig limits() {
    return config.read(
        Settings.LIMITS_BURST,
        burst ->
            new LimitConfig(
                config.get(Settings.LIMITS_REQUESTS),
                burst,
                config.get(Settings.LIMITS_CALLS),
                config.get(Settings.LIMITS_STREAMS),
                config.get(Settings.LIMITS_TRANSFERS),
                config.get(Settings.LIMITS_SCANS),
                config.get(Settings.LIMITS_EVENTS),
                config.get(Settings.LIMITS_FAILED_LOGINS),
                config.get(Settings.LIMITS_CONNECTIONS),
                config.get(Settings.LIMITS_PROCESSES)));
  }

  private List<Listen> listen() {
    return config.read(
        Settings.MANAGER_LISTEN, texts -> texts.stream().map(Listen::parse).toList());
  }

  private static InetSocketAddress resolve(
      Setting<InetSocketAddress> setting, InetSocketAddress address) {
    InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
    if (resolved.isUnresolved()) {
      throw new CommandFailure(
          "cannot listen on %s: its host name is not known; set %s to an address of this machine"
              .formatted(address.getHostString(), setting.key()));
    }
    return resolved;
  }

  private String advertised(Setting<String> setting, InetSocketAddress listen) {
    return config
        .find(setting)
        .orElseGet(
            () ->
                listen.getAddress().isAnyLocalAddress()
                    ? machine(setting)
                    : listen.getHostString());
  }

  /** This machine's name, in the letters that host names have, for a setting that has no value. */
  private String machine(Setting<String> setting) {
    return machine
        .get()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .orElseThrow(
            () ->
                new CommandFailure(
                    "this machine's own name does not resolve: set %s, or add the name to /etc/hosts"
                        .formatted(setting.key())));
  }
}
