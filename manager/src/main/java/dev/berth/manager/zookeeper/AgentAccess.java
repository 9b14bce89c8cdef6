package dev.berth.manager.zookeeper;

import dev.berth.common.record.Paths;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Perms;

/**
 * What the agent of a member may do with a znode; all else is for managers. It says that its host
 * is there, and reads who else is and which epoch it is. It needs no secret of users and no record
 * of containers, so an agent that was taken over gains none.
 */
final class AgentAccess {
  private static final String ROOT = "/" + Paths.NAMESPACE;
  private static final List<String> READABLE =
      List.of(ROOT + Paths.HOSTS, ROOT + Paths.LIVE_HOSTS, ROOT + Paths.EPOCH);

  private AgentAccess() {}

  /**
   * @param agent the name in its certificate, which is its host's id
   * @param permission one of {@link Perms}, or several of which one is enough
   * @param path whole; of what is created or deleted, not of its parent
   */
  static boolean allows(String agent, int permission, String path) {
    String own = ROOT + Paths.LIVE_HOSTS + "/" + agent;
    return switch (permission) {
      // What leads there too: clients ask for each step whether it exists.
      case Perms.READ, Perms.READ | Perms.ADMIN ->
          READABLE.stream().anyMatch(top -> isAtOrBelow(path, top) || isAtOrBelow(top, path));
      // Its ancestors too: on a cluster that is new they are not there yet.
      case Perms.CREATE -> isAtOrBelow(own, path);
      case Perms.WRITE, Perms.DELETE -> path.equals(own);
      default -> false;
    };
  }

  private static boolean isAtOrBelow(String path, String top) {
    return top.equals("/") || path.equals(top) || path.startsWith(top + "/");
  }
}
