package dev.berth.common.record;

import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Every znode's path, in one place. Relative to the cluster's namespace {@code /berth}. */
public final class Paths {
  public static final String NAMESPACE = "berth";

  /** {@link TenantRecord}s. */
  public static final String TENANTS = "/tenants";

  /** {@link ManagerRecord}s, ephemeral: the managers that run, with where each is reached. */
  public static final String MANAGERS = "/managers";

  /** {@link PolicyRecord}s, by name: named sets of what tenants may do. */
  public static final String POLICIES = "/policies";

  /** The name of the policy that a tenant is under, by tenant; tenants of Keystone, too. */
  public static final String TENANT_POLICIES = "/tenant-policies";

  /** What each tenant may have, by tenant. */
  public static final String ALLOTMENTS = "/allotments";

  /** {@link UserRecord}s. */
  public static final String USERS = "/users";

  /** {@link TokenRecord}s, by the hash of the token. */
  public static final String TOKENS = "/tokens";

  /** {@link ContainerRecord}s, by tenant and name: the znode is the claim on the name. */
  public static final String CONTAINERS = "/containers";

  /**
   * {@link ImageRecord}s, by tenant and the hexadecimal digits of the id. Every change of a
   * tenant's images also changes the version of the tenant's znode.
   */
  public static final String IMAGES = "/images";

  /** {@link VolumeRecord}s, by tenant and name: the znode is the claim on the name. */
  public static final String VOLUMES = "/volumes";

  /** {@link NetworkRecord}s, by tenant and name: the znode is the claim on the name. */
  public static final String NETWORKS = "/networks";

  /** {@link NetworkRecord}s of the tenants' default networks, by tenant and host. */
  public static final String BRIDGES = "/bridges";

  /** {@link HostRecord}s: the hosts that have joined. */
  public static final String HOSTS = "/hosts";

  /** {@link HostDescriptor}s, ephemeral: the hosts whose agent is connected. */
  public static final String LIVE_HOSTS = "/live/hosts";

  /** Containers that were stopped to be moved and are to run again, by the ids of their records. */
  public static final String STOPPED = "/moves/stopped";

  /** Containers of lost hosts that are elsewhere now, and are to go when their host is back. */
  public static final String REPLACED = "/moves/replaced";

  /**
   * Containers that go after others to where their networks and volumes have gone, by the ids of
   * their records.
   */
  public static final String FOLLOWING = "/moves/following";

  /** Containers that are just being moved, by the ids of their records. */
  public static final String DEPARTING = "/moves/departing";

  /** Containers whose place another is just taking for good, by the ids of their records. */
  public static final String HANDED_OVER = "/moves/handed";

  /** Networks of which an earlier host may still have something, by the ids of their records. */
  public static final String MOVED_NETWORKS = "/moves/networks";

  /** Whose turn it is to change a container's limits, by the ids of the containers' records. */
  public static final String UPDATES = "/updates";

  /** The leader election among managers. */
  public static final String LEADER = "/leader/latch";

  /** The last epoch that was begun, as a decimal number. */
  public static final String EPOCH = "/leader/epoch";

  /** {@link JoinRecord}s, by the hash of the secret. */
  public static final String JOIN_TOKENS = "/join-tokens";

  private Paths() {}

  public static String tenant(TenantId tenant) {
    return TENANTS + "/" + tenant;
  }

  public static String policy(String name) {
    return POLICIES + "/" + name;
  }

  public static String allotment(TenantId tenant) {
    return ALLOTMENTS + "/" + tenant;
  }

  public static String tenantPolicy(TenantId tenant) {
    return TENANT_POLICIES + "/" + tenant;
  }

  public static String user(String name) {
    return USERS + "/" + name;
  }

  public static String token(String hash) {
    return TOKENS + "/" + hash;
  }

  public static String containers(TenantId tenant) {
    return CONTAINERS + "/" + tenant;
  }

  public static String container(TenantId tenant, ContainerName name) {
    return containers(tenant) + "/" + name;
  }

  public static String update(RecordId container) {
    return UPDATES + "/" + container;
  }

  public static String images(TenantId tenant) {
    return IMAGES + "/" + tenant;
  }

  public static String image(TenantId tenant, ImageId image) {
    return images(tenant) + "/" + image.digits();
  }

  /** What one tenant has of {@link #VOLUMES}, {@link #NETWORKS} or {@link #BRIDGES}. */
  public static String claims(String root, TenantId tenant) {
    return root + "/" + tenant;
  }

  /** One claim; a name can hold what a path cannot. */
  public static String claim(String root, TenantId tenant, String name) {
    return claims(root, tenant) + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  public static String host(HostId host) {
    return HOSTS + "/" + host;
  }

  public static String liveHost(HostId host) {
    return LIVE_HOSTS + "/" + host;
  }

  public static String joinToken(String hash) {
    return JOIN_TOKENS + "/" + hash;
  }
}
