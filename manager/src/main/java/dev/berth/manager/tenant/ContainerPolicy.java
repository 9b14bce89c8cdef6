package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.FieldTable.field;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.scheduler.quota.Quantity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a tenant may ask of a new container (Engine API, ContainerCreate): every field has a rule,
 * and a field without one is refused. Safe for any thread.
 */
public final class ContainerPolicy {

  /**
   * A create call that may go to an engine.
   *
   * @param body a new body, made of nothing but what the rules let by
   * @param hints the placement hints, each a kind and an expression: {@code constraint:zone==a},
   *     {@code affinity:container!=web}, {@code strategy:binpack}, {@code reschedule:…}, {@code
   *     whitelist:…}
   * @param volumes the engine's names of the named volumes that it mounts
   */
  public record Admitted(ObjectNode body, List<String> hints, Set<String> volumes) {}

  private static final Rule HEALTHCHECK =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("Test", Rules.TEXTS),
              field("Interval", Rules.COUNT),
              field("Timeout", Rules.COUNT),
              field("StartPeriod", Rules.COUNT),
              field("StartInterval", Rules.COUNT),
              field("Retries", Rules.COUNT)));

  private static final Rule VOLUMES = Rules.entries(References::requireTarget, Rules.EMPTY_OBJECT);

  static final FieldTable BODY =
      new FieldTable(
          ContainerPolicy::notInTable,
          List.of(
              field("Hostname", Rules.TEXT),
              field("Domainname", Rules.TEXT),
              field("User", Rules.TEXT),
              field("AttachStdin", Rules.FLAG),
              field("AttachStdout", Rules.FLAG),
              field("AttachStderr", Rules.FLAG),
              field("ExposedPorts", Rules.SET),
              field("Tty", Rules.FLAG),
              field("OpenStdin", Rules.FLAG),
              field("StdinOnce", Rules.FLAG),
              field("Env", LabelRules.ENVIRONMENT),
              field("Cmd", Rules.COMMAND),
              field("Healthcheck", HEALTHCHECK),
              field("ArgsEscaped", Rules.FLAG),
              field("Image", Rules.TEXT),
              field("Volumes", VOLUMES),
              field("WorkingDir", Rules.TEXT),
              field("Entrypoint", Rules.COMMAND),
              field("NetworkDisabled", Rules.FLAG),
              field("MacAddress", Rules.TEXT),
              field("OnBuild", Rules.TEXTS),
              field("Labels", LabelRules.CONTAINER),
              field("StopSignal", Rules.TEXT),
              field("StopTimeout", Rules.NUMBER),
              field("Shell", Rules.TEXTS),
              field("HostConfig", HostConfigTable.CREATE),
              field("NetworkingConfig", NetworkTables.NETWORKING)));

  /** The kind of hint that names a flavor. */
  static final String FLAVOR = "flavor";

  private final Function<TenantId, TenantPolicy> policies;
  private final Function<TenantId, Allotment> allotments;
  private final Flavors flavors;

  /** With what each tenant is let, and what it may have. */
  public ContainerPolicy(
      Function<TenantId, TenantPolicy> policies,
      Function<TenantId, Allotment> allotments,
      Flavors flavors) {
    this.policies = policies;
    this.allotments = allotments;
    this.flavors = flavors;
  }

  /** The same for all, and no flavors. */
  ContainerPolicy(Function<TenantId, TenantPolicy> policies) {
    this(policies, _ -> Allotment.NONE, Flavors.NONE);
  }

  ContainerPolicy(PolicyLimits limits) {
    this(_ -> TenantPolicy.DEFAULT.withLimits(limits));
  }

  /**
   * What of this body goes to an engine.
   *
   * @throws PolicyDeniedException naming the field that the tenant may not have, or the object that
   *     it does not know
   * @throws MalformedBodyException when a field is not of its type
   */
  public Admitted admit(ObjectNode asked, TenantId tenant, NameScope names) {
    TenantPolicy policy = policies.apply(tenant);
    Allotment allotment = allotments.apply(tenant);
    Admission admission =
        new Admission("ContainerCreate", tenant, names, policy)
            .withGpus(allotment.quota().limit(Quantity.GPUS).orElse(0));
    ObjectNode body = BODY.apply(asked, Place.top(admission));
    ObjectNode host =
        body.path("HostConfig") instanceof ObjectNode given ? given : body.putObject("HostConfig");
    if (!host.has("PidsLimit")) {
      host.put("PidsLimit", policy.limits().pids());
    }
    Place at = Place.top(admission).field("HostConfig");
    flavors.fill(host, flavor(admission), allotment, at);
    requireBoundedMemory(host, at);
    DeviceNames.requireFew(host, at);
    return new Admitted(body, placement(admission), admission.volumes());
  }

  private static Optional<String> flavor(Admission admission) {
    return admission.hints().stream()
        .filter(hint -> hint.startsWith(FLAVOR + ":"))
        .map(hint -> hint.substring(FLAVOR.length() + 1))
        .findFirst();
  }

  private static List<String> placement(Admission admission) {
    return admission.hints().stream().filter(hint -> !hint.startsWith(FLAVOR + ":")).toList();
  }

  static void requireBoundedMemory(JsonNode host, Place at) {
    long memory = host.path("Memory").longValue();
    long swap = host.path("MemorySwap").longValue();
    if (memory > 0 && swap > memory && swap - memory > memory) {
      throw at.field("MemorySwap").denied("memory and swap together are at most twice the memory");
    }
    if (memory == 0 && host.path("OomKillDisable").booleanValue()) {
      throw at.field("OomKillDisable").denied("it needs a limit of memory");
    }
  }

  /**
   * Some clients put their own options beside the engine's fields; they are left out. An engine
   * reads a field of HostConfig there, too, as very old clients wrote it.
   */
  private static Optional<JsonNode> notInTable(JsonNode value, Place at) {
    if (HostConfigTable.CREATE.has(at.path()) && !Rules.isZero(value)) {
      throw at.denied("it belongs in HostConfig");
    }
    return Optional.empty();
  }
}
