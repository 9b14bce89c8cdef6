package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.Explanation;
import dev.berth.manager.cluster.NoLeaderException;
import java.io.IOException;

/** Says what would become of a create call. */
@FunctionalInterface
public interface DryRun {

  /**
   * A create call as a client would send it.
   *
   * @param name of the container; empty for one of our choice
   * @param platform as linux/arm64; empty for any
   */
  record Call(ObjectNode body, String name, String platform) {}

  /** The call would be refused wherever the container would go. */
  final class RefusedException extends Exception {
    private final int status;

    public RefusedException(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * Nothing is made or reserved.
   *
   * @param tenant whose call it would be
   * @throws RefusedException with the answer that its user would have
   * @throws dev.berth.manager.tenant.PolicyDeniedException when policy would refuse it
   */
  Explanation explain(TenantId tenant, Call call)
      throws IOException, NoLeaderException, RefusedException;
}
