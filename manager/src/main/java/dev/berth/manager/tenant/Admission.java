package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One body's way through a policy: what its rules are told, and what they find. One thread. */
final class Admission {
  private static final int MAX_HINTS = 64;
  private static final int MAX_HINT_CHARS = 1024;

  private static final NameScope NOTHING =
      new NameScope() {
        @Override
        public Optional<ContainerId> container(String reference) {
          return Optional.empty();
        }

        @Override
        public Optional<String> network(String reference) {
          return Optional.empty();
        }
      };

  private final String action;
  private final TenantId tenant;
  private final NameScope names;
  private final TenantPolicy policy;
  private final List<String> hints = new ArrayList<>();
  private final Set<String> volumes = new LinkedHashSet<>();
  private long gpus;

  /** For the body of that call of the Docker API. */
  Admission(String action, TenantId tenant, NameScope names, TenantPolicy policy) {
    this.action = action;
    this.tenant = tenant;
    this.names = names;
    this.policy = policy;
  }

  /** For a body that can name no other object. */
  static Admission alone(String action, TenantPolicy policy) {
    return new Admission(action, new TenantId("none"), NOTHING, policy);
  }

  /** The same for a tenant that may have so many GPUs. */
  Admission withGpus(long most) {
    gpus = most;
    return this;
  }

  /** How many GPUs the tenant may have. */
  long gpus() {
    return gpus;
  }

  PolicyLimits limits() {
    return policy.limits();
  }

  /** What goes to the engine of a value that its rule denies; empty when it is denied indeed. */
  Optional<JsonNode> widened(String path, JsonNode value) {
    return policy.widening().admit(action, path, value);
  }

  ContainerId container(String reference, Place at) {
    return names
        .container(reference)
        .orElseThrow(
            () -> PolicyDeniedException.missing(at.path(), "No such container: " + reference));
  }

  String network(String reference, Place at) {
    return names
        .network(reference)
        .orElseThrow(
            () -> PolicyDeniedException.missing(at.path(), "network " + reference + " not found"));
  }

  /** The engine's name of a volume of the tenant, which is noted as used. */
  String volume(String name) {
    String onEngine = names.volume(name).orElseGet(() -> tenant.value() + "." + name);
    volumes.add(onEngine);
    return onEngine;
  }

  void hint(String kind, String expression, Place at) {
    if (hints.size() == MAX_HINTS || expression.length() > MAX_HINT_CHARS) {
      throw at.denied(
          "at most %d placement hints of %d characters can be given"
              .formatted(MAX_HINTS, MAX_HINT_CHARS));
    }
    hints.add(kind + ":" + expression);
  }

  List<String> hints() {
    return List.copyOf(hints);
  }

  Set<String> volumes() {
    return Set.copyOf(volumes);
  }
}
