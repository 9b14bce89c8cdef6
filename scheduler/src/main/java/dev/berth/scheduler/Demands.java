package dev.berth.scheduler;

import java.util.Optional;

/**
 * What only few requests ask for. Immutable.
 *
 * @param extras what it reserves besides CPU and memory
 * @param platform what the create call asked for (Engine API v1.41, ContainerCreate {@code
 *     platform}); empty for any
 */
public record Demands(Extras extras, Optional<AskedPlatform> platform) {
  public static final Demands NONE = new Demands(Extras.NONE, Optional.empty());

  public static Demands of(Extras extras) {
    return new Demands(extras, Optional.empty());
  }
}
