package dev.berth.manager;

import dev.berth.common.config.MachineName;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.monitor.Level;
import dev.berth.common.record.Claim;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.ImageRecord;
import dev.berth.common.record.ManagerRecord;
import dev.berth.common.record.NetworkRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.VolumeRecord;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.OwnCredentials;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import dev.berth.common.zookeeper.Coordination;
import dev.berth.manager.audit.AuditTrail;
import dev.berth.manager.audit.Trace;
import dev.berth.manager.cluster.AddressPool;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.Claims;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.DiskUsage;
import dev.berth.manager.cluster.Endpoints;
import dev.berth.manager.cluster.EngineNetworks;
import dev.berth.manager.cluster.ForwardingPlacer;
import dev.berth.manager.cluster.GeneratedNames;
import dev.berth.manager.cluster.Homeless;
import dev.berth.manager.cluster.HostCertificates;
import dev.berth.manager.cluster.HostRegister;
import dev.berth.manager.cluster.HostRemoval;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.ImageRecords;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.cluster.JoinRefusedException;
import dev.berth.manager.cluster.JoinService;
import dev.berth.manager.cluster.Keeper;
import dev.berth.manager.cluster.LeaderPlacer;
import dev.berth.manager.cluster.Leadership;
import dev.berth.manager.cluster.Managers;
import dev.berth.manager.cluster.NetworkKeeper;
import dev.berth.manager.cluster.NetworkService;
import dev.berth.manager.cluster.NetworkTransfers;
import dev.berth.manager.cluster.PlacerDesk;
import dev.berth.manager.cluster.Reconciler;
import dev.berth.manager.cluster.TenantGroups;
import dev.berth.manager.cluster.Unacknowledged;
import dev.berth.manager.cluster.Updates;
import dev.berth.manager.cluster.VolumeBytes;
import dev.berth.manager.cluster.VolumeKeeper;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.dashboard.DashboardDoor;
import dev.berth.manager.dashboard.Sessions;
import dev.berth.manager.http.DockerApi;
import dev.berth.manager.http.Door;
import dev.berth.manager.image.Images;
import dev.berth.manager.image.RegistryRules;
import dev.berth.manager.ingress.Ingress;
import dev.berth.manager.keystone.IdentitySources;
import dev.berth.manager.keystone.KeystoneAuthenticator;
import dev.berth.manager.limit.Gatekeeper;
import dev.berth.manager.monitor.AgentSource;
import dev.berth.manager.monitor.FleetEvents;
import dev.berth.manager.monitor.FleetMonitor;
import dev.berth.manager.monitor.FleetPage;
import dev.berth.manager.monitor.FleetWatch;
import dev.berth.manager.monitor.Requests;
import dev.berth.manager.monitor.Source;
import dev.berth.manager.move.Drains;
import dev.berth.manager.move.Rebalancing;
import dev.berth.manager.move.Rescheduler;
import dev.berth.manager.ops.AuditRoutes;
import dev.berth.manager.ops.ClusterRoutes;
import dev.berth.manager.ops.ExplainRoutes;
import dev.berth.manager.ops.FleetEventRoutes;
import dev.berth.manager.ops.HostRoutes;
import dev.berth.manager.ops.IdentityRoutes;
import dev.berth.manager.ops.JoinRoutes;
import dev.berth.manager.ops.KeystoneRoutes;
import dev.berth.manager.ops.MonitorRoutes;
import dev.berth.manager.ops.OldKeystoneRoutes;
import dev.berth.manager.ops.OpsApi;
import dev.berth.manager.ops.OpsRoutes;
import dev.berth.manager.ops.PolicyRoutes;
import dev.berth.manager.ops.RebalanceRoutes;
import dev.berth.manager.ops.SessionRoutes;
import dev.berth.manager.ops.TenantRoutes;
import dev.berth.manager.tenant.Allotments;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.OpenStreams;
import dev.berth.manager.tenant.StoreAuthenticator;
import dev.berth.manager.tenant.TenantPolicies;
import dev.berth.manager.tenant.TokenCache;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.PublishedPort;
import dev.berth.manager.view.View;
import dev.berth.manager.zookeeper.EmbeddedZooKeeper;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running manager: its parts in the order in which they need each other, and their end in the
 * opposite one. It keeps nothing that it could lose: all of its memory can be made again.
 */
public final class Manager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Manager.class);
  private static final Duration SWEEP = Duration.ofMinutes(10);
  private static final Duration ZOOKEEPER_START = Duration.ofSeconds(30);
  private static final String VERSION =
      Optional.ofNullable(Manager.class.getPackage().getImplementationVersion()).orElse("dev");

  private final ManagerConfig config;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final OwnAddresses addresses;
  private final Requests requests = new Requests();

  private List<Endpoint> endpoints = List.of();

  private InetSocketAddress clusterAddress;
  private JoinService joins;

  private Manager(ManagerConfig config) {
    this.config = config;
    this.addresses = new OwnAddresses(config, MachineName.find());
    this.clusterAddress = config.cluster();
  }

  /**
   * Starts a manager; when this returns it answers.
   *
   * @throws IllegalStateException with a sentence, when it cannot: what had been started is stopped
   */
  public static Manager start(ManagerConfig config) {
    Manager manager = new Manager(config);
    try {
      manager.begin();
      return manager;
    } catch (Exception e) {
      manager.close();
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("the manager cannot start: " + e.getMessage(), e);
    }
  }

  private void begin() throws Exception {
    Clock clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    String id = ownId();
    Authority authority =
        Authority.open(config.data().resolve("cluster-ca"), "berth cluster authority");
    Authority users =
        Authority.open(
            config.data().resolve("user-ca"), "berth user authority", Authority.Purpose.USERS);
    Path credentialFiles = config.data().resolve("manager");
    OwnCredentials credentials =
        keep(OwnCertificate.start(
                authority, id, addresses.names(), config.certificates(), credentialFiles, clock))
            .credentials();

    String servers = startZooKeeper(credentialFiles);
    CuratorFramework zookeeper = keep(Coordination.connect(servers, credentialFiles));
    if (!Coordination.awaitConnected(zookeeper, ZOOKEEPER_START)) {
      throw new IOException(
          "ZooKeeper at %s does not answer within %d s"
              .formatted(servers, ZOOKEEPER_START.toSeconds()));
    }

    IdentityStore identities =
        new IdentityStore(zookeeper, clock, random, IdentityStore.Settings.DEFAULT);
    new Bootstrap(identities, config.data()).run();
    StoreAuthenticator authenticator =
        new StoreAuthenticator(identities, TokenCache.Settings.DEFAULT, clock);

    TenantPolicies policies = keep(new TenantPolicies(zookeeper));
    policies.start();
    Allotments allotments = keep(new Allotments(zookeeper, config.placement().usual()));
    allotments.start();
    View view = new View(clock, new Events());
    ContainerRecords records = keep(new ContainerRecords(zookeeper));
    ImageRecords imageRecords = keep(new ImageRecords(zookeeper));
    Leadership leadership = keep(new Leadership(zookeeper, id));
    HostRegister register = keep(new HostRegister(zookeeper));
    Hosts hosts =
        keep(
            new Hosts(
                zookeeper,
                register,
                new AgentDialer(TlsContexts.mutual(credentials)),
                view,
                leadership::epoch));
    Ingress ingress = keep(new Ingress(config.ingress(), addresses.listened()));
    view.listen(ingress);
    FleetMonitor monitor =
        keep(
            new FleetMonitor(
                () -> members(register),
                () -> hosts.links().stream().<Source>map(AgentSource::new).toList(),
                clock));
    LeaderPlacer leaderPlacer =
        new LeaderPlacer(
            records,
            hosts,
            register,
            host -> pressure(monitor.level(host)),
            view,
            config.ingress().open(),
            port -> ingress.isFree(new PublishedPort(port.port(), port.protocol().toString())),
            allotments::of,
            config.placement().strategy(),
            config.placement().overcommit(),
            config.placement().reserve(),
            random);
    Managers managers = keep(new Managers(zookeeper));
    ForwardingPlacer placer =
        keep(
            new ForwardingPlacer(
                leaderPlacer,
                leadership,
                managers,
                id,
                new PeerDialer(TlsContexts.mutual(credentials))));
    PlacerDesk desk = new PlacerDesk(leaderPlacer, clock);
    records.listen(desk);
    records.listen(placer);
    managers.onLeaving(desk::managerLeft);
    Claims<VolumeRecord> volumeClaims =
        keep(new Claims<>(zookeeper, Paths.VOLUMES, VolumeRecord.class, VolumeRecord::name));
    VolumeService volumes = new VolumeService(volumeClaims, hosts, view, placer, clock);
    Claims<NetworkRecord> networkClaims =
        keep(new Claims<>(zookeeper, Paths.NETWORKS, NetworkRecord.class, NetworkRecord::name));
    Claims<NetworkRecord> bridgeClaims =
        keep(new Claims<>(zookeeper, Paths.BRIDGES, NetworkRecord.class, NetworkRecord::host));
    EngineNetworks engineNetworks = new EngineNetworks(hosts, view);
    AddressPool pool = config.networkPool();
    NetworkService networks =
        new NetworkService(networkClaims, engineNetworks, hosts, view, placer, pool, clock);
    Bridges bridges = new Bridges(bridgeClaims, engineNetworks, hosts, view, pool, clock);
    Endpoints endpoints = new Endpoints(hosts);
    ImageTransfers transfers = new ImageTransfers(hosts, view);
    TenantGroups groups = new TenantGroups(allotments::of, config.limits().processes());
    Containers containers =
        new Containers(
            records,
            hosts,
            view,
            placer,
            transfers,
            new GeneratedNames(random),
            volumes,
            bridges,
            endpoints,
            groups,
            new Updates(zookeeper, records, placer),
            clock);
    Images images =
        Images.of(
            hosts, view, imageRecords, transfers, new RegistryRules(config.registries()), clock);
    keep(images.unused());
    Drains drains =
        keep(
            new Drains(
                hosts,
                register,
                records,
                view,
                containers,
                volumes,
                new NetworkTransfers(networkClaims, engineNetworks, hosts, view, pool),
                endpoints,
                transfers,
                placer,
                leaderPlacer::isReserved,
                zookeeper,
                clock));
    Rescheduler rescheduler =
        keep(drains.rescheduler(volumes, config.placement().rescheduleAfter()));
    List<Keeper> keepers =
        List.of(
            new Unacknowledged(
                view,
                records,
                record -> drains.isCarrying(record) || leaderPlacer.canBeReserved(record),
                containers::discard),
            desk,
            new VolumeKeeper(volumeClaims, volumes, view, clock),
            drains.keeper(),
            new NetworkKeeper(networkClaims, engineNetworks, view.networks()::missing, clock),
            new NetworkKeeper(bridgeClaims, engineNetworks, view.networks()::missingBridges, clock),
            new Homeless(
                register,
                records,
                List.of(volumeClaims, networkClaims, bridgeClaims),
                containers::forget,
                clock));
    Reconciler reconciler = keep(new Reconciler(hosts, view, records, containers, keepers, clock));
    follow(records, view);
    follow(imageRecords, view);
    follow(volumeClaims, view.volumes()::put, view.volumes()::removed);
    follow(networkClaims, view.networks()::put, view.networks()::removed);
    follow(bridgeClaims, view.networks()::bridgePut, view.networks()::bridgeRemoved);
    records.listen(leaderPlacer);
    leaderPlacer.count(Quantity.VOLUMES, volumeClaims);
    leaderPlacer.count(Quantity.NETWORKS, networkClaims);
    follow(volumeClaims, record -> desk.recorded(record.id()), _ -> {});
    follow(networkClaims, record -> desk.recorded(record.id()), _ -> {});
    hosts.listen(leaderPlacer);
    register.listen(leaderPlacer::hostChanged);
    leadership.listen(leaderPlacer);
    leadership.listen(reconciler);
    leadership.listen(drains);
    leadership.listen(rescheduler);

    register.start();
    records.start();
    imageRecords.start();
    volumeClaims.start();
    networkClaims.start();
    bridgeClaims.start();
    hosts.start();
    leadership.start();
    placer.start();
    reconciler.start();
    drains.start();
    rescheduler.start();
    images.unused().start();

    keep(new TokenSweeper(identities, leadership::isLeading)).start(SWEEP);
    keep(new HostCertificates(
            hosts, authority, config.certificates(), clock, leadership::isLeading))
        .start();
    joins =
        new JoinService(zookeeper, authority, () -> servers, config.certificates(), clock, random);
    BooleanSupplier zookeeperConnected = () -> zookeeper.getZookeeperClient().isConnected();
    DiskUsage usage = new DiskUsage(hosts);
    VolumeBytes volumeBytes = new VolumeBytes(view, usage, clock);
    FleetStatus status =
        new FleetStatus(
            VERSION,
            id,
            managers,
            hosts,
            register,
            view,
            records,
            leaderPlacer,
            leadership,
            tenant ->
                allotments.of(tenant).quota().limit(Quantity.VOLUME_BYTES).isPresent()
                    ? volumeBytes.known(tenant)
                    : 0,
            zookeeperConnected);
    FleetTenantObjects objects =
        new FleetTenantObjects(
            view, records, containers, networks, volumes, bridges, images.removal());
    DockerApi docker =
        new DockerApi(
            hosts,
            view,
            containers,
            images,
            images.builds(hosts, view, placer, bridges, groups, config.data().resolve("contexts")),
            volumes,
            usage,
            volumeBytes,
            networks,
            bridges,
            endpoints,
            drains.separation(),
            groups,
            placer,
            ingress,
            policies,
            allotments,
            config.placement().flavors(),
            status,
            status,
            zookeeperConnected,
            clock,
            VERSION);
    AuditTrail trail = keep(AuditTrail.open(config.data(), config.audit(), clock));
    SwitchedSources switched = new SwitchedSources(config.identity());
    Authenticator sources = sources(authenticator, clock);
    OpenStreams streams = keep(new OpenStreams(sources));
    streams.start(config.identity().recheck());
    Gatekeeper gate = new Gatekeeper(sources, streams, config.limits(), clock);
    monitor.start();
    FleetEvents events = new FleetEvents();
    keep(new FleetWatch(() -> status.looks(monitor), events, clock)).start();
    Sessions sessions = new Sessions(clock, random);
    OpsRoutes dashboard =
        new SessionRoutes(
            sessions,
            identities,
            authenticator,
            sources,
            config.identity().sources().contains(IdentitySource.OWN));
    RebalanceRoutes rebalances =
        new RebalanceRoutes(
            new Rebalancing(leaderPlacer, records, containers, view),
            placer,
            config.placement().strategy());
    desk.serve(RebalanceRoutes.CALL, rebalances::answer);
    OpsApi operations =
        OpsApi.of(
            gate,
            config.dashboard() ? dashboard : OpsRoutes.NONE,
            new AuditRoutes(trail, clock),
            new ClusterRoutes(status),
            new HostRoutes(
                status,
                register,
                drains,
                new HostRemoval(
                    register,
                    records,
                    containers,
                    volumeClaims,
                    networkClaims,
                    bridgeClaims,
                    view)),
            rebalances,
            new MonitorRoutes(monitor, new FleetPage(monitor, requests), new OwnNames(view)),
            new FleetEventRoutes(events, clock),
            new TenantRoutes(
                identities,
                authenticator,
                policies,
                allotments,
                config.placement().flavors(),
                status,
                objects),
            new PolicyRoutes(policies, docker::actions),
            new ExplainRoutes(docker.dryRun()),
            switched.on(new IdentityRoutes(identities, authenticator, users)),
            switched.on(new KeystoneRoutes(identities, authenticator)),
            switched.on(new OldKeystoneRoutes(identities)),
            new JoinRoutes(joins));
    Door door = docker.door(operations, gate, trail);
    Listeners listeners = keep(new Listeners(config, addresses, credentials));
    PlacerDoor places = new PlacerDoor(desk);
    clusterAddress =
        listeners.openForCluster(exchange -> answerCluster(exchange, places, operations, trail));
    listeners.openForClients(
        requests.around(config.dashboard() ? new DashboardDoor(door, sessions) : door),
        users.certificate());
    this.endpoints = listeners.endpoints();
    LOG.atInfo()
        .addKeyValue("manager", id)
        .addKeyValue("endpoints", this.endpoints.stream().map(Endpoint::uri).toList())
        .addKeyValue("cluster", clusterAddress)
        .log("manager is up");
    managers.start(new ManagerRecord(id, clusterAddress.getHostString(), clusterAddress.getPort()));
  }

  private Authenticator sources(StoreAuthenticator own, Clock clock) throws IOException {
    IdentityConfig identity = config.identity();
    Optional<KeystoneAuthenticator> keystone =
        identity.keystone().isEmpty()
            ? Optional.empty()
            : Optional.of(keep(new KeystoneAuthenticator(identity.keystone().get(), clock)));
    return new IdentitySources(own, keystone, identity.sources(), Bootstrap.OPERATOR);
  }

  private static List<FleetMonitor.Member> members(HostRegister register) {
    return register.all().stream()
        .filter(HostRecord::isMember)
        .map(record -> new FleetMonitor.Member(new HostId(record.id()), record.name()))
        .toList();
  }

  private static void follow(ContainerRecords records, View view) {
    records.listen(
        new ContainerRecords.Listener() {
          @Override
          public void recordPut(ContainerRecord record) {
            view.recordPut(record);
          }

          @Override
          public void recordRemoved(ContainerRecord record) {
            view.recordRemoved(new RecordId(record.id()));
          }
        });
  }

  private static void follow(ImageRecords records, View view) {
    records.listen(
        new ImageRecords.Listener() {
          @Override
          public void imagePut(ImageRecord record) {
            view.imagePut(record);
          }

          @Override
          public void imageRemoved(ImageRecord record) {
            view.imageRemoved(record);
          }
        });
  }

  private static <R extends Claim> void follow(
      Claims<R> claims, Consumer<R> put, Consumer<R> removed) {
    claims.listen(
        new Claims.Listener<>() {
          @Override
          public void put(R record) {
            put.accept(record);
          }

          @Override
          public void removed(R record) {
            removed.accept(record);
          }
        });
  }

  /** What this manager is called in the election: the same for as long as it has its directory. */
  private String ownId() throws IOException {
    Path file = config.data().resolve("manager-id");
    Files.createDirectories(config.data());
    if (!Files.exists(file)) {
      Files.writeString(file, "manager-" + UUID.randomUUID().toString().substring(0, 8));
    }
    return Files.readString(file).strip();
  }

  private String startZooKeeper(Path credentials) throws IOException {
    return switch (config.zookeeper()) {
      case ZooKeeperConfig.Embedded(InetSocketAddress address) -> {
        EmbeddedZooKeeper server =
            keep(EmbeddedZooKeeper.start(config.data().resolve("zookeeper"), address, credentials));
        yield OwnAddresses.text(addresses.reachable(address), server.port());
      }
      case ZooKeeperConfig.Ensemble(String connect) -> connect;
    };
  }

  private static Pressure pressure(Level level) {
    return switch (level) {
      case NONE -> Pressure.NONE;
      case AVOID -> Pressure.AVOID;
      case REFUSE -> Pressure.REFUSE;
    };
  }

  /** What other managers ask for, and the operations API, by which hosts join. */
  private static void answerCluster(
      Exchange exchange, PlacerDoor placer, OpsApi operations, AuditTrail trail)
      throws IOException {
    if (placer.handle(exchange)) {
      return;
    }
    Trace trace = trail.begin(exchange, UUID.randomUUID().toString());
    if (!operations.handle(exchange, trace)) {
      exchange.respond(new ResponseHead(404, "Not Found", Headers.NONE), new byte[0]);
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  /** Where clients reach it. */
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  /** Where agents join it. */
  public InetSocketAddress clusterAddress() {
    return clusterAddress;
  }

  /**
   * Gives out a join token.
   *
   * @param role agent or manager
   */
  public String issueJoinToken(String role, Duration lifetime, int uses) {
    try {
      return joins
          .issue(
              role.equals("manager") ? PeerRole.MANAGER : PeerRole.AGENT, lifetime, uses, Map.of())
          .text();
    } catch (JoinRefusedException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    AutoCloseable part;
    while ((part = parts.poll()) != null) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.atWarn().setCause(e).log("a part did not close");
      }
    }
  }
}
