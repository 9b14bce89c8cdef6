package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.tenant.ZooKeeperFixture;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Writes that ZooKeeper made and whose answers were lost: the client makes them again by itself.
 */
final class LostAnswersTest {
  private static final TenantId TENANT = new TenantId("acme");

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private LossyLine line;
  private CuratorFramework client;
  private ContainerRecords containers;
  private Claims<VolumeRecord> volumes;

  @BeforeEach
  void connect() throws Exception {
    line = new LossyLine(ZOOKEEPER.port());
    client = ZOOKEEPER.connect(line.port());
    if (client.checkExists().forPath(Paths.EPOCH) == null) {
      client.create().creatingParentsIfNeeded().forPath(Paths.EPOCH, new byte[] {'0'});
    }
    containers = new ContainerRecords(client);
    containers.start();
    volumes = new Claims<>(client, Paths.VOLUMES, VolumeRecord.class, VolumeRecord::name);
    volumes.start();
  }

  @AfterEach
  void disconnect() throws Exception {
    containers.close();
    volumes.close();
    client.close();
    line.close();
  }

  /** Makes a write of which the answer is lost: all that are held when it is there. */
  private <T> T lost(String path, byte[] written, Callable<T> write) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      line.hold();
      Future<T> result = threads.submit(write);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                if (isThere(path, written)) {
                  return true;
                }
                line.passOne();
                return false;
              });
      line.cut();
      return result.get();
    }
  }

  private static boolean isThere(String path, byte[] written) throws Exception {
    try {
      return Arrays.equals(ZOOKEEPER.client().getData().forPath(path), written);
    } catch (KeeperException.NoNodeException e) {
      return false;
    }
  }

  private static ContainerRecord container(String name) {
    return new ContainerRecord(
        RecordId.random().value(),
        TENANT.value(),
        name,
        "h1",
        ContainerRecord.State.PENDING,
        "",
        7,
        0,
        JsonNodeFactory.instance.objectNode().put("Image", "busybox"));
  }

  private static String path(ContainerRecord record) {
    return Paths.container(TENANT, new ContainerName(record.name()));
  }

  @Test
  void a_container_that_was_recorded_so_is_recorded() throws Exception {
    ContainerRecord record = container("made");
    ContainerRecord first = container("first");
    containers.create(first);

    lost(
        path(record),
        Records.write(record),
        () -> {
          containers.create(record);
          return true;
        });

    assertThat(containers.find(new RecordId(record.id()))).isPresent();
    assertThatThrownBy(() -> containers.create(container("made")))
        .isInstanceOf(ContainerRecords.NameTakenException.class);
  }

  @Test
  void a_container_that_was_settled_so_is_settled() throws Exception {
    ContainerRecord record = container("settled");
    containers.create(record);

    boolean isSettled =
        lost(
            path(record),
            Records.write(record.settled("c".repeat(64))),
            () -> containers.settle(record, "c".repeat(64)));

    assertThat(isSettled).isTrue();
    assertThat(containers.find(new RecordId(record.id())).orElseThrow().state())
        .isEqualTo(ContainerRecord.State.SETTLED);
    assertThat(containers.settle(record, "d".repeat(64))).isFalse();
  }

  @Test
  void a_container_that_was_renamed_so_has_its_new_name() throws Exception {
    ContainerRecord record = container("before");
    containers.create(record);
    ContainerRecord renamed = record.renamed("after");

    lost(
        path(renamed),
        Records.write(renamed),
        () -> {
          containers.rename(record, new ContainerName("after"));
          return true;
        });

    assertThat(containers.find(new RecordId(record.id())).orElseThrow().name()).isEqualTo("after");
  }

  @Test
  void a_volume_that_was_recorded_elsewhere_so_is_elsewhere() throws Exception {
    VolumeRecord record =
        new VolumeRecord(
            RecordId.random().value(),
            TENANT.value(),
            "data",
            "h1",
            Claim.State.SETTLED,
            false,
            Map.of(),
            7,
            1);
    String path = Paths.claim(Paths.VOLUMES, TENANT, "data");
    volumes.create(record);

    boolean isThere =
        lost(path, Records.write(record.at("h2")), () -> volumes.update(record.at("h2")));

    assertThat(isThere).isTrue();
    assertThat(volumes.find(TENANT, "data").orElseThrow().host()).isEqualTo("h2");
    volumes.remove(record.at("h2"));

    lost(
        path,
        Records.write(record),
        () -> {
          volumes.create(record);
          return true;
        });

    assertThat(volumes.find(TENANT, "data")).contains(record);
  }
}
