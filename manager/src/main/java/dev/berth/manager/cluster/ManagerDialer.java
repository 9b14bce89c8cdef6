package dev.berth.manager.cluster;

import dev.berth.common.http.Connection;
import dev.berth.common.record.ManagerRecord;
import java.io.IOException;

/** Reaches other managers. */
@FunctionalInterface
public interface ManagerDialer {
  /**
   * A new connection to that manager.
   *
   * @throws IOException when nobody answers there, or somebody else
   */
  Connection dial(ManagerRecord manager) throws IOException;
}
