package dev.berth.scheduler;

import dev.berth.common.id.RecordId;
import java.util.Optional;

/**
 * What only few requests ask for. Immutable.
 *
 * @param extras what it reserves besides CPU and memory
 * @param platform what the create call asked for (Engine API v1.41, ContainerCreate {@code
 *     platform}); empty for any
 * @param replaced the container that goes when this one is there, and so is not counted with it;
 *     empty for none
 */
public record Demands(
    Extras extras, Optional<AskedPlatform> platform, Optional<RecordId> replaced) {
  public static final Demands NONE = of(Extras.NONE);

  public static Demands of(Extras extras) {
    return new Demands(extras, Optional.empty(), Optional.empty());
  }

  /** The same on that platform. */
  public Demands on(Optional<AskedPlatform> newPlatform) {
    return new Demands(extras, newPlatform, replaced);
  }

  /** The same, of what takes that container's place. */
  public Demands replacing(Optional<RecordId> container) {
    return new Demands(extras, platform, container);
  }

  /** Whether that container goes when this one is there. */
  public boolean isReplacing(RecordId container) {
    return replaced.filter(container::equals).isPresent();
  }
}
