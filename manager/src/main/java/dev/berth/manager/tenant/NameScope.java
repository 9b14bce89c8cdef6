package dev.berth.manager.tenant;

import dev.berth.common.id.ContainerId;
import java.util.Optional;

/**
 * The objects that a caller can name: its tenant's, and no others. What another tenant owns is
 * empty here, exactly as what does not exist.
 */
public interface NameScope {

  /** The container of that name, id or unique id prefix. */
  Optional<ContainerId> container(String reference);

  /** What the engine calls the network of that name or id; not asked for bridge, none and host. */
  Optional<String> network(String reference);

  /**
   * What the engine calls the volume of that name; empty for the name with the tenant's before it,
   * as all have that the tenant or Berth named. Asked for each volume that is mounted.
   */
  default Optional<String> volume(String name) {
    return Optional.empty();
  }
}
