package dev.berth.scheduler;

import dev.berth.common.id.RecordId;
import dev.berth.scheduler.expression.Expression;
import java.util.List;
import java.util.Optional;

/**
 * What only few requests ask for, or are under. Immutable.
 *
 * @param extras what it reserves besides CPU and memory
 * @param platform what the create call asked for (Engine API v1.41, ContainerCreate {@code
 *     platform}); empty for any
 * @param replaced the container that goes when this one is there, and so is not counted with it;
 *     empty for none
 * @param rules the constraints to which operators keep the tenant: each host must satisfy all
 */
public record Demands(
    Extras extras,
    Optional<AskedPlatform> platform,
    Optional<RecordId> replaced,
    List<Expression> rules) {
  public static final Demands NONE = of(Extras.NONE);

  public Demands {
    rules = List.copyOf(rules);
  }

  public static Demands of(Extras extras) {
    return new Demands(extras, Optional.empty(), Optional.empty(), List.of());
  }

  /** The same, with that besides CPU and memory. */
  public Demands with(Extras newExtras) {
    return new Demands(newExtras, platform, replaced, rules);
  }

  /** The same on that platform. */
  public Demands on(Optional<AskedPlatform> newPlatform) {
    return new Demands(extras, newPlatform, replaced, rules);
  }

  /** The same, of what takes that container's place. */
  public Demands replacing(Optional<RecordId> container) {
    return new Demands(extras, platform, container, rules);
  }

  /** The same, of a tenant that is kept to such hosts. */
  public Demands under(List<Expression> newRules) {
    return new Demands(extras, platform, replaced, newRules);
  }

  /** Whether that container goes when this one is there. */
  public boolean isReplacing(RecordId container) {
    return replaced.filter(container::equals).isPresent();
  }
}
