package dev.berth.manager.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.record.HostDescriptor;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.ops.ClusterStatus;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.view.Counts;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What a client asks of the system as a whole: whether it is there, what it is, how much it has.
 */
final class SystemRoutes {
  private static final byte[] OK = {'O', 'K'};

  private final Hosts hosts;
  private final View view;
  private final ClusterStatus status;
  private final TenantShare share;
  private final BooleanSupplier zookeeperConnected;
  private final InstantSource clock;
  private final String berthVersion;

  SystemRoutes(
      Hosts hosts,
      View view,
      ClusterStatus status,
      TenantShare share,
      BooleanSupplier zookeeperConnected,
      InstantSource clock,
      String berthVersion) {
    this.hosts = hosts;
    this.view = view;
    this.status = status;
    this.share = share;
    this.zookeeperConnected = zookeeperConnected;
    this.clock = clock;
    this.berthVersion = berthVersion;
  }

  List<Route> routes() {
    return List.of(
        Routes.open("GET", "/_ping", "SystemPing", this::ping),
        Routes.open("HEAD", "/_ping", "SystemPingHead", this::ping),
        Routes.open("GET", "/version", "SystemVersion", this::version),
        Routes.tenant(
            "GET",
            "/info",
            "SystemInfo",
            Role.READER,
            "sums the hosts, up to the tenant's quota; counts the tenant's own; shows operators each host",
            this::info));
  }

  private void ping(OpenCall call) throws IOException {
    call.exchange()
        .respond(
            call.head(200, "text/plain; charset=utf-8")
                .withHeaders(
                    call.headers()
                        .with("Content-Type", "text/plain; charset=utf-8")
                        .with("Builder-Version", "1")
                        .with("Cache-Control", "no-cache, no-store, must-revalidate")
                        .with("Pragma", "no-cache")),
            OK);
  }

  private void version(OpenCall call) throws IOException {
    ObjectNode body = OpenCall.JSON.createObjectNode();
    body.putObject("Platform").put("Name", "Berth");
    ArrayNode components = body.putArray("Components");
    ObjectNode engine = components.addObject();
    engine.put("Name", "Engine").put("Version", berthVersion);
    ObjectNode details = engine.putObject("Details");
    details.put("ApiVersion", call.newest().toString());
    details.put("MinAPIVersion", ApiVersion.OLDEST.toString());
    details.put("Os", "linux");
    details.put("Arch", architecture());
    details.put("Experimental", "false");
    details.put("GitCommit", berthVersion);
    details.put("GoVersion", "none");
    details.put("KernelVersion", "");
    details.put("BuildTime", "");
    body.put("Version", berthVersion);
    body.put("ApiVersion", call.newest().toString());
    body.put("MinAPIVersion", ApiVersion.OLDEST.toString());
    body.put("GitCommit", berthVersion);
    body.put("GoVersion", "none");
    body.put("Os", "linux");
    body.put("Arch", architecture());
    body.put("KernelVersion", "");
    body.put("BuildTime", "");
    call.json(200, body);
  }

  /** As Go names it; a fleet of several is told by its first host. */
  private String architecture() {
    return hosts.links().stream()
        .findFirst()
        .map(host -> host.descriptor().architecture())
        .map(name -> name.equals("x86_64") ? "amd64" : name.equals("aarch64") ? "arm64" : name)
        .orElse("amd64");
  }

  private void info(Call call) throws IOException {
    Collection<HostLink> links = hosts.links();
    Counts counts = view.in(call.tenant()).counts();
    ObjectNode body = OpenCall.JSON.createObjectNode();
    body.put("ID", "BERTH");
    body.put("Name", "berth");
    body.put("Containers", counts.containers());
    body.put("ContainersRunning", counts.running());
    body.put("ContainersPaused", counts.paused());
    body.put("ContainersStopped", counts.stopped());
    body.put("Images", view.imagesOf(call.tenant()).all().size());
    body.put("Driver", first(links, HostDescriptor::storageDriver));
    body.putArray("DriverStatus");
    ObjectNode plugins = body.putObject("Plugins");
    plugins.putArray("Volume").add("local");
    plugins.putArray("Network").add("bridge").add("none");
    plugins.putNull("Authorization");
    plugins.putArray("Log").add("json-file").add("local");
    for (String feature :
        List.of(
            "MemoryLimit",
            "SwapLimit",
            "CpuCfsPeriod",
            "CpuCfsQuota",
            "CPUShares",
            "CPUSet",
            "PidsLimit",
            "IPv4Forwarding",
            "OomKillDisable")) {
      body.put(feature, true);
    }
    body.put("KernelMemory", false);
    body.put("KernelMemoryTCP", false);
    body.put("BridgeNfIptables", true);
    body.put("BridgeNfIp6tables", true);
    body.put("Debug", false);
    body.put("NFd", 0);
    body.put("NGoroutines", 0);
    body.put("NEventsListener", 0);
    body.put("SystemTime", clock.instant().truncatedTo(ChronoUnit.MICROS).toString());
    body.put("LoggingDriver", "json-file");
    body.put("CgroupDriver", "cgroupfs");
    body.put("CgroupVersion", "1");
    body.put("KernelVersion", first(links, HostDescriptor::kernelVersion));
    body.put("OperatingSystem", first(links, HostDescriptor::operatingSystem));
    body.put("OSType", "linux");
    body.put("OSVersion", "");
    body.put("Architecture", first(links, HostDescriptor::architecture));
    body.put("IndexServerAddress", "https://index.docker.io/v1/");
    registries(body.putObject("RegistryConfig"));
    int cpus = links.stream().mapToInt(host -> host.descriptor().cpus()).sum();
    long memory = links.stream().mapToLong(host -> host.descriptor().memory()).sum();
    body.put("NCPU", share.cpus(call.tenant(), cpus));
    body.put("MemTotal", share.memory(call.tenant(), memory));
    body.put("DockerRootDir", "");
    body.put("HttpProxy", "").put("HttpsProxy", "").put("NoProxy", "");
    ArrayNode labels = body.putArray("Labels");
    labels.add("berth.hosts=" + links.size());
    labels.add("berth.tenant=" + call.tenant());
    share.labels(call.tenant()).forEach(labels::add);
    body.put("ExperimentalBuild", false);
    body.put("ServerVersion", berthVersion);
    body.putObject("Runtimes").putObject("runc").put("path", "runc");
    body.put("DefaultRuntime", "runc");
    ObjectNode swarm = body.putObject("Swarm");
    swarm.put("NodeID", "").put("NodeAddr", "").put("LocalNodeState", "inactive");
    swarm.put("ControlAvailable", false).put("Error", "").putNull("RemoteManagers");
    for (String program : List.of("ContainerdCommit", "RuncCommit", "InitCommit")) {
      body.putObject(program).put("ID", "").put("Expected", "");
    }
    body.putNull("GenericResources");
    body.put("LiveRestoreEnabled", false);
    body.put("Isolation", "");
    body.put("InitBinary", "docker-init");
    body.putArray("SecurityOptions").add("name=seccomp,profile=default");
    if (call.caller().role() == Role.ADMIN) {
      HostRows.add(body, status);
    }
    warnings(body);
    call.json(200, body);
  }

  /** Which registries hosts reach how is theirs; tenants are told of none. */
  private static void registries(ObjectNode config) {
    config.putArray("AllowNondistributableArtifactsCIDRs");
    config.putArray("AllowNondistributableArtifactsHostnames");
    config.putArray("InsecureRegistryCIDRs");
    config.putObject("IndexConfigs");
    config.putArray("Mirrors");
  }

  private void warnings(ObjectNode body) {
    ArrayNode warnings = body.putArray("Warnings");
    if (!zookeeperConnected.getAsBoolean()) {
      warnings.add(
          "WARNING: ZooKeeper does not answer: what is shown may be old, and nothing can be created");
    }
    int lost = view.lostHosts().size();
    if (lost > 0) {
      warnings.add("WARNING: %d of the fleet's hosts do not answer".formatted(lost));
    }
    if (warnings.isEmpty()) {
      body.putNull("Warnings");
    }
  }

  private static String first(
      Collection<HostLink> links, java.util.function.Function<HostDescriptor, String> property) {
    return links.stream().findFirst().map(HostLink::descriptor).map(property).orElse("");
  }
}
