package dev.berth.manager.zookeeper;

import dev.berth.common.id.HostId;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.tls.Peer;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.DataNode;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * A ZooKeeper server in which managers may do all and agents what {@link AgentAccess} says, for as
 * long as their host is a member: what a host that was revoked or removed asks for is refused from
 * that moment on.
 *
 * <p>The rule is the server's and not in ACLs on znodes: it holds for znodes that anybody made in
 * any way, changes with the code, and no client has to remember it. An ensemble that an operator
 * runs does not have it; there, what agents may do is the operator's to set.
 */
final class GuardedServer extends ZooKeeperServer {

  GuardedServer(FileTxnSnapLog log, int tickMillis) {
    super(log, tickMillis, "");
  }

  @Override
  public void checkACL(
      ServerCnxn connection,
      List<ACL> acl,
      int permission,
      List<Id> ids,
      String path,
      List<ACL> replacement)
      throws KeeperException.NoAuthException {
    if (!mayDo(connection, permission, path)) {
      throw new KeeperException.NoAuthException();
    }
  }

  /** The handshake has verified the certificate; here counts only whose it is. */
  private boolean mayDo(ServerCnxn connection, int permission, String path) {
    if (connection == null
        || connection.getClientCertificateChain() == null
        || !(connection.getClientCertificateChain()[0] instanceof X509Certificate certificate)) {
      return false;
    }
    try {
      Peer peer = Peer.of(certificate);
      return switch (peer.role()) {
        case MANAGER -> true;
        case AGENT -> isMember(peer.name()) && AgentAccess.allows(peer.name(), permission, path);
        case USER -> false;
      };
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }

  private boolean isMember(String host) {
    DataNode node =
        getZKDatabase().getDataTree().getNode("/" + Paths.NAMESPACE + Paths.host(new HostId(host)));
    if (node == null) {
      return false;
    }
    byte[] data = node.getData();
    return data != null && Records.read(data, HostRecord.class).isMember();
  }
}
