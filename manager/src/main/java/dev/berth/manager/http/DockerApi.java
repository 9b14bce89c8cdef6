package dev.berth.manager.http;

import dev.berth.common.id.HostId;
import dev.berth.manager.audit.AuditTrail;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.DiskUsage;
import dev.berth.manager.cluster.Endpoints;
import dev.berth.manager.cluster.ExecIndex;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.NetworkService;
import dev.berth.manager.cluster.Placer;
import dev.berth.manager.cluster.TenantGroups;
import dev.berth.manager.cluster.VolumeBytes;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.image.Builds;
import dev.berth.manager.image.Images;
import dev.berth.manager.ingress.Ingress;
import dev.berth.manager.limit.Gatekeeper;
import dev.berth.manager.move.Separation;
import dev.berth.manager.ops.ClusterStatus;
import dev.berth.manager.ops.DryRun;
import dev.berth.manager.ops.OpsApi;
import dev.berth.manager.ops.TenantUsage;
import dev.berth.manager.tenant.Allotments;
import dev.berth.manager.tenant.ContainerPolicy;
import dev.berth.manager.tenant.Flavors;
import dev.berth.manager.tenant.StrictJson;
import dev.berth.manager.tenant.TenantPolicies;
import dev.berth.manager.tenant.UpdatePolicy;
import dev.berth.manager.view.View;
import dev.berth.scheduler.quota.Quantity;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Puts the Docker API together: all routes, behind one door. */
public final class DockerApi {
  /** What is said while no host is there to say otherwise: the API of Engine 20.10. */
  private static final ApiVersion WITHOUT_HOSTS = new ApiVersion(1, 41);

  private final Hosts hosts;
  private final View view;
  private final Containers containers;
  private final Images images;
  private final Builds builds;
  private final VolumeService volumes;
  private final DiskUsage usage;
  private final VolumeBytes volumeBytes;
  private final NetworkService networks;
  private final Bridges bridges;
  private final Endpoints endpoints;
  private final Separation separation;
  private final TenantGroups groups;
  private final Placer placer;
  private final Ingress ingress;
  private final TenantPolicies policies;
  private final Allotments allotments;
  private final Flavors flavors;
  private final ClusterStatus status;
  private final TenantUsage tenantUsage;
  private final BooleanSupplier zookeeperConnected;
  private final InstantSource clock;
  private final String berthVersion;

  public DockerApi(
      Hosts hosts,
      View view,
      Containers containers,
      Images images,
      Builds builds,
      VolumeService volumes,
      DiskUsage usage,
      VolumeBytes volumeBytes,
      NetworkService networks,
      Bridges bridges,
      Endpoints endpoints,
      Separation separation,
      TenantGroups groups,
      Placer placer,
      Ingress ingress,
      TenantPolicies policies,
      Allotments allotments,
      Flavors flavors,
      ClusterStatus status,
      TenantUsage tenantUsage,
      BooleanSupplier zookeeperConnected,
      InstantSource clock,
      String berthVersion) {
    this.hosts = hosts;
    this.view = view;
    this.containers = containers;
    this.images = images;
    this.builds = builds;
    this.volumes = volumes;
    this.usage = usage;
    this.volumeBytes = volumeBytes;
    this.networks = networks;
    this.bridges = bridges;
    this.endpoints = endpoints;
    this.separation = separation;
    this.groups = groups;
    this.placer = placer;
    this.ingress = ingress;
    this.policies = policies;
    this.allotments = allotments;
    this.flavors = flavors;
    this.status = status;
    this.tenantUsage = tenantUsage;
    this.zookeeperConnected = zookeeperConnected;
    this.clock = clock;
    this.berthVersion = berthVersion;
  }

  public Door door(OpsApi operations, Gatekeeper gate, AuditTrail trail) {
    ExecIndex execs = new ExecIndex(hosts);
    return new Door(
        operations, routes(execs), gate, trail, policies, view, execs, this::nameOf, this::newest);
  }

  /** Says what would become of a create call. */
  public DryRun dryRun() {
    return new CreateDryRun(creation(), containers, volumes, tenant -> allotments.of(tenant));
  }

  private Creation creation() {
    return new Creation(
        view,
        images.store(),
        new ContainerPolicy(
            tenant -> policies.of(tenant), tenant -> allotments.of(tenant), flavors),
        volumeQuota());
  }

  private MeasuredQuota volumeQuota() {
    return new MeasuredQuota(
        Quantity.VOLUME_BYTES,
        "volumes, or what is in them",
        tenant -> allotments.of(tenant),
        tenant -> volumeBytes.measured(tenant));
  }

  /** What calls are named in policies. */
  public Set<String> actions() {
    return routes(new ExecIndex(hosts)).stream().map(Route::action).collect(Collectors.toSet());
  }

  private String nameOf(HostId host) {
    return hosts.find(host).map(link -> link.descriptor().name()).orElseGet(host::value);
  }

  /** Every call that is served, and every one that is known and refused. */
  List<Route> routes(ExecIndex execs) {
    StrictJson json = new StrictJson();
    MeasuredQuota imageQuota =
        new MeasuredQuota(
            Quantity.IMAGE_BYTES,
            "images",
            tenant -> allotments.of(tenant),
            tenant -> view.imagesOf(tenant).ownBytes());
    List<Route> routes = new ArrayList<>();
    routes.addAll(
        new SystemRoutes(
                hosts,
                view,
                status,
                new TenantShare(tenant -> allotments.of(tenant), tenantUsage),
                zookeeperConnected,
                clock,
                berthVersion)
            .routes());
    routes.addAll(new EventRoutes(view.events(), clock).routes());
    routes.addAll(
        new ContainersRoutes(view, containers, ingress, usage, creation(), json).routes());
    routes.addAll(
        new ContainerRoutes(
                hosts,
                view,
                new Relay(hosts),
                containers,
                separation,
                groups,
                execs,
                policies,
                new UpdatePolicy(tenant -> policies.of(tenant), flavors),
                json)
            .routes());
    routes.addAll(new ImageRoutes(view, images).routes());
    routes.addAll(new ImageStreamRoutes(view, images, imageQuota, json).routes());
    routes.addAll(
        new BuildRoutes(
                view,
                builds,
                new ContainerPolicy(
                    tenant -> policies.of(tenant).bare(), tenant -> allotments.of(tenant), flavors),
                imageQuota,
                json)
            .routes());
    routes.addAll(new VolumeRoutes(view, volumes, usage, volumeQuota(), json).routes());
    routes.addAll(
        new NetworkRoutes(view, networks, bridges, endpoints, containers, placer, json).routes());
    routes.addAll(new UsageRoutes(view, containers, images, usage, clock).routes());
    routes.addAll(UnservedRoutes.routes());
    return routes;
  }

  /** The newest version that every host speaks. */
  private ApiVersion newest() {
    return hosts.apiVersions().stream()
        .map(ApiVersion::parse)
        .min(Comparator.naturalOrder())
        .orElse(WITHOUT_HOSTS);
  }
}
