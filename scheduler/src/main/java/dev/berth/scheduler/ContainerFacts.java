package dev.berth.scheduler;

import dev.berth.common.id.ContainerId;
import dev.berth.common.id.ContainerName;
import java.util.Map;
import java.util.Optional;

/**
 * What affinities of the same tenant see of a container. Immutable.
 *
 * @param name its name in the tenant, once it has one
 * @param id the engine's id, once it has one
 * @param labels without values of more than 1,024 characters; keys are kept in lower case
 */
public record ContainerFacts(
    Optional<ContainerName> name, Optional<ContainerId> id, Map<String, String> labels) {
  public static final ContainerFacts NONE =
      new ContainerFacts(Optional.empty(), Optional.empty(), Map.of());

  public ContainerFacts {
    labels = FoldedLabels.of(labels);
  }
}
