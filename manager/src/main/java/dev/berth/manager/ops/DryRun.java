package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.Explanation;
import dev.berth.manager.cluster.NoLeaderException;
import java.io.IOException;
import java.util.Optional;

/** Says what would become of a create call. */
@FunctionalInterface
public interface DryRun {
  /**
   * Nothing is made or reserved.
   *
   * @param name what it would be called; empty for one of Berth's choice
   * @param body as a client of that tenant would send it
   * @throws dev.berth.manager.tenant.PolicyDeniedException when policy would refuse it
   */
  Explanation explain(TenantId tenant, Optional<ContainerName> name, ObjectNode body)
      throws IOException, NoLeaderException;
}
