package dev.berth.manager.tenant;

import dev.berth.common.record.PolicyRecord;
import java.util.Set;

/**
 * What a tenant may ask for beyond the rules that hold for all, and what it may not ask for though
 * they let it.
 *
 * @param deniedActions calls of the Docker API that are switched off, by their action
 */
public record TenantPolicy(
    String name, PolicyLimits limits, Widening widening, Set<String> deniedActions) {
  public static final String DEFAULT_NAME = "default";

  public static final TenantPolicy DEFAULT =
      new TenantPolicy(DEFAULT_NAME, PolicyLimits.DEFAULT, Widening.NONE, Set.of());

  public TenantPolicy {
    deniedActions = Set.copyOf(deniedActions);
  }

  /**
   * What a record says.
   *
   * @throws IllegalArgumentException with a sentence, when it names what there is not
   */
  public static TenantPolicy of(PolicyRecord record) {
    return new TenantPolicy(
        record.name(),
        PolicyLimits.DEFAULT.with(record.limits()),
        Widening.of(record.allow()),
        Set.copyOf(record.denyActions()));
  }

  /** The same as a record. */
  public PolicyRecord record() {
    return new PolicyRecord(
        name,
        widening.allowed(),
        deniedActions.stream().sorted().toList(),
        limits.differences(PolicyLimits.DEFAULT));
  }

  /** The same without the fields that are opened: for builds. */
  public TenantPolicy bare() {
    return new TenantPolicy(name, limits, Widening.NONE, deniedActions);
  }

  TenantPolicy withLimits(PolicyLimits other) {
    return new TenantPolicy(name, other, widening, deniedActions);
  }
}
