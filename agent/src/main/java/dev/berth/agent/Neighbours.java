package dev.berth.agent;

import dev.berth.agent.doctor.Neighbourhood;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.TlsContexts;
import dev.berth.common.zookeeper.Coordination;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom a host that is in a cluster has to reach, by what its agent's directory and ZooKeeper say.
 */
public final class Neighbours {
  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);
  private static final int MOST = 32;
  private static final int CONNECT_SECONDS = 5;

  private Neighbours() {}

  /**
   * Of the host whose agent has that directory: nobody when it is in no cluster, and of the other
   * hosts at most {@value #MOST}, and none while ZooKeeper does not answer.
   *
   * @throws IOException when the directory cannot be read
   */
  public static Neighbourhood of(Path data) throws IOException, GeneralSecurityException {
    Path files = Membership.credentialFiles(data);
    Optional<Credentials> own = Credentials.load(files);
    if (own.isEmpty() || !Files.exists(data.resolve(Membership.SERVERS))) {
      return Neighbourhood.NONE;
    }
    String servers = Files.readString(data.resolve(Membership.SERVERS)).strip();
    Path manager = data.resolve(Membership.MANAGER);
    return new Neighbourhood(
        Files.exists(manager)
            ? Optional.of(address(Files.readString(manager).strip()))
            : Optional.empty(),
        Arrays.stream(servers.replaceFirst("^[a-z]+://", "").replaceFirst("/.*", "").split(","))
            .map(Neighbours::address)
            .toList(),
        agents(servers, files, own.get().self().name()),
        Optional.of(TlsContexts.mutual(own.get())));
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return InetSocketAddress.createUnresolved(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  private static List<InetSocketAddress> agents(String servers, Path credentials, String own) {
    List<InetSocketAddress> agents = new ArrayList<>();
    try (CuratorFramework zookeeper =
        Coordination.connect(
            servers, credentials, Duration.ofSeconds(CONNECT_SECONDS), List.of())) {
      if (!zookeeper.blockUntilConnected(CONNECT_SECONDS, TimeUnit.SECONDS)) {
        return List.of();
      }
      for (String id : zookeeper.getChildren().forPath(Paths.LIVE_HOSTS)) {
        if (!id.equals(own) && agents.size() < MOST) {
          read(zookeeper, id)
              .map(host -> InetSocketAddress.createUnresolved(host.address(), host.port()))
              .ifPresent(agents::add);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.atDebug().setCause(e).log("ZooKeeper does not tell of the other hosts");
    }
    return agents;
  }

  private static Optional<HostDescriptor> read(CuratorFramework zookeeper, String id)
      throws Exception {
    try {
      byte[] data = zookeeper.getData().forPath(Paths.LIVE_HOSTS + "/" + id);
      return Optional.of(Records.read(data, HostDescriptor.class));
    } catch (KeeperException.NoNodeException e) {
      return Optional.empty();
    }
  }
}
