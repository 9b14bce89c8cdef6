package dev.berth.manager.tenant;

import dev.berth.common.id.TenantId;
import dev.berth.common.record.Paths;
import dev.berth.common.record.PolicyRecord;
import dev.berth.common.record.Records;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies and which tenant is under which, in ZooKeeper, and all of it in memory, where it
 * stays while ZooKeeper is away. Safe for any thread.
 */
public final class TenantPolicies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TenantPolicies.class);
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private final Nodes nodes;
  private final Followed policyCache;
  private final Followed assignmentCache;
  private final Map<String, TenantPolicy> policies = new ConcurrentSkipListMap<>();
  private final Map<String, String> assignments = new ConcurrentSkipListMap<>();

  public TenantPolicies(CuratorFramework zookeeper) {
    this.nodes = new Nodes(zookeeper);
    this.policyCache = new Followed(zookeeper, Paths.POLICIES);
    this.assignmentCache = new Followed(zookeeper, Paths.TENANT_POLICIES);
  }

  /** Returns when all is in memory: nobody may be let in before. */
  public void start() throws IOException, InterruptedException {
    policyCache.start(this::policyPut, policies::remove);
    assignmentCache.start(
        (tenant, data) -> assignments.put(tenant, Records.read(data, String.class)),
        assignments::remove);
  }

  /** One of a later version may have what this one does not know: then it gives nothing. */
  private void policyPut(String name, byte[] data) {
    PolicyRecord record = Records.read(data, PolicyRecord.class);
    try {
      policies.put(name, TenantPolicy.of(record));
    } catch (IllegalArgumentException e) {
      LOG.atError().addKeyValue("policy", name).setCause(e).log("policy not understood");
      policies.put(
          name,
          new TenantPolicy(
              name,
              PolicyLimits.DEFAULT,
              Widening.NONE,
              java.util.Set.copyOf(record.denyActions())));
    }
  }

  /** The policy that a tenant is under. */
  public TenantPolicy of(TenantId tenant) {
    String name = assignments.getOrDefault(tenant.value(), TenantPolicy.DEFAULT_NAME);
    TenantPolicy policy = policies.get(name);
    return policy == null ? usual() : policy;
  }

  private TenantPolicy usual() {
    return policies.getOrDefault(TenantPolicy.DEFAULT_NAME, TenantPolicy.DEFAULT);
  }

  /** All of them, in the order of their names; {@code default} is always there. */
  public List<TenantPolicy> all() {
    Map<String, TenantPolicy> all = new ConcurrentSkipListMap<>(policies);
    all.put(TenantPolicy.DEFAULT_NAME, usual());
    return List.copyOf(all.values());
  }

  public Optional<TenantPolicy> find(String name) {
    return all().stream().filter(policy -> policy.name().equals(name)).findFirst();
  }

  /** The tenants that were put under that policy. */
  public List<String> tenants(String policy) {
    return assignments.entrySet().stream()
        .filter(entry -> entry.getValue().equals(policy))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Makes a policy, or makes it anew; it holds for the calls that come from now on.
   *
   * @throws IdentityException.Invalid when it names what there is not
   */
  public TenantPolicy put(PolicyRecord record) {
    if (!NAME.matcher(record.name()).matches()) {
      throw new IdentityException.Invalid(
          "invalid policy \"%s\": use 1 to 63 of a-z, 0-9 and inner hyphens"
              .formatted(record.name()));
    }
    TenantPolicy policy;
    try {
      policy = TenantPolicy.of(record);
    } catch (IllegalArgumentException e) {
      throw new IdentityException.Invalid(e.getMessage());
    }
    nodes.put(Paths.policy(record.name()), record);
    policies.put(record.name(), policy);
    return policy;
  }

  /** Removes a policy that no tenant is under. */
  public void remove(String name) {
    if (!policies.containsKey(name)) {
      throw new IdentityException.NoSuchPolicy(name);
    }
    List<String> under = tenants(name);
    if (!under.isEmpty()) {
      throw new IdentityException.PolicyInUse(name, under);
    }
    nodes.delete(Paths.policy(name));
    policies.remove(name);
  }

  /** Puts a tenant, also one of Keystone's, under a policy. */
  public void assign(TenantId tenant, String policy) {
    if (find(policy).isEmpty()) {
      throw new IdentityException.NoSuchPolicy(policy);
    }
    nodes.put(Paths.tenantPolicy(tenant), policy);
    assignments.put(tenant.value(), policy);
  }

  public void unassign(TenantId tenant) {
    nodes.delete(Paths.tenantPolicy(tenant));
    assignments.remove(tenant.value());
  }

  @Override
  public void close() {
    policyCache.close();
    assignmentCache.close();
  }
}
