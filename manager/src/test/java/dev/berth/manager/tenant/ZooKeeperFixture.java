package dev.berth.manager.tenant;

import dev.berth.common.record.Paths;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A ZooKeeper of one's own for the tests of a class, which can be stopped and started again. */
public final class ZooKeeperFixture implements BeforeAllCallback, AfterAllCallback {
  private static final int SESSION_MILLIS = 10_000;
  private static final int CONNECTION_MILLIS = 5_000;

  private TestingServer server;
  private CuratorFramework client;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    server = new TestingServer();
    client = connect(Paths.NAMESPACE);
  }

  private CuratorFramework connect(String namespace) throws InterruptedException {
    CuratorFramework made =
        CuratorFrameworkFactory.builder()
            .connectString(server.getConnectString())
            .sessionTimeoutMs(SESSION_MILLIS)
            .connectionTimeoutMs(CONNECTION_MILLIS)
            .retryPolicy(new RetryOneTime(100))
            .namespace(namespace)
            .build();
    made.start();
    made.blockUntilConnected();
    return made;
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    client.close();
    server.close();
  }

  /** A part of the tree that no other test uses. */
  public CuratorFramework fresh(String test) {
    return client.usingNamespace(Paths.NAMESPACE + "/" + test);
  }

  public CuratorFramework client() {
    return client;
  }

  public void stop() throws Exception {
    server.stop();
  }

  public void restart() throws Exception {
    server.restart();
  }
}
