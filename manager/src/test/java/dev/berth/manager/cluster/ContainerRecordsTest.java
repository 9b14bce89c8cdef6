package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.common.id.ContainerName;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.Paths;
import dev.berth.manager.tenant.ZooKeeperFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ContainerRecordsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final List<String> removed = new CopyOnWriteArrayList<>();
  private CuratorFramework client;
  private ContainerRecords here;
  private ContainerRecords elsewhere;

  @BeforeEach
  void start(TestInfo test) throws Exception {
    String part = test.getTestMethod().orElseThrow().getName();
    client = ZOOKEEPER.connect(ZOOKEEPER.port());
    Placers.makeEpoch(ZOOKEEPER.fresh(part));
    here = new ContainerRecords(ZOOKEEPER.fresh(part));
    elsewhere = new ContainerRecords(client.usingNamespace(Paths.NAMESPACE + "/" + part));
    here.listen(
        new ContainerRecords.Listener() {
          @Override
          public void recordPut(ContainerRecord record) {}

          @Override
          public void recordRemoved(ContainerRecord record) {
            removed.add(record.id());
          }
        });
    here.start();
    elsewhere.start();
  }

  @AfterEach
  void close() {
    here.close();
    elsewhere.close();
    client.close();
  }

  private ContainerRecord recorded(String name) throws Exception {
    ContainerRecord record =
        Placers.record(Placers.wanted(Placer.Kind.CONTAINER, name), Placers.H1);
    elsewhere.create(record);
    await().atMost(SOON).until(() -> here.find(id(record)).isPresent());
    return record;
  }

  private static RecordId id(ContainerRecord record) {
    return new RecordId(record.id());
  }

  private static ContainerRecord renamed(ContainerRecords by, ContainerRecord record, String name)
      throws Exception {
    by.rename(record, new ContainerName(name));
    return record.renamed(name);
  }

  @Test
  void what_is_renamed_elsewhere_is_never_missed() throws Exception {
    int each = 150;
    List<ContainerRecord> some = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      some.add(recorded("web" + i));
    }
    boolean isMissed = false;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ContainerRecord>> busy = new ArrayList<>();
      for (ContainerRecord first : some) {
        busy.add(
            threads.submit(
                () -> {
                  ContainerRecord record = first;
                  for (int i = 0; i < each; i++) {
                    record = renamed(elsewhere, record, first.name() + "-" + i);
                  }
                  return record;
                }));
      }
      while (!busy.stream().allMatch(Future::isDone)) {
        isMissed |= some.stream().anyMatch(record -> here.find(id(record)).isEmpty());
        isMissed |= here.all().size() != some.size();
      }
      for (Future<ContainerRecord> one : busy) {
        ContainerRecord last = one.get();
        await()
            .atMost(SOON)
            .until(() -> here.find(id(last)).orElseThrow().name().equals(last.name()));
      }
    }

    recorded("later");
    assertThat(isMissed).isFalse();
    assertThat(removed).isEmpty();
  }

  @Test
  void a_name_that_another_has_taken_over_does_not_hide_who_had_it() throws Exception {
    ContainerRecord first = recorded("web");

    ContainerRecord renamed = renamed(elsewhere, first, "old");
    ContainerRecord second = recorded("web");

    assertThat(here.find(id(first))).map(ContainerRecord::name).contains(renamed.name());
    assertThat(here.find(id(second))).map(ContainerRecord::name).contains("web");
    assertThat(removed).isEmpty();
  }

  @Test
  void what_is_removed_elsewhere_is_missed_soon_whoever_has_its_name_by_then() throws Exception {
    ContainerRecord first = recorded("web");
    ContainerRecord other = recorded("db");

    elsewhere.remove(first);
    elsewhere.remove(other);
    ContainerRecord second = recorded("web");

    await().atMost(SOON).until(() -> here.all().size() == 1);
    assertThat(here.find(id(second))).isPresent();
    assertThat(removed).containsExactlyInAnyOrder(first.id(), other.id());
  }

  @Test
  void only_who_has_a_name_is_renamed() throws Exception {
    ContainerRecord first = recorded("web");
    ContainerRecord gone = renamed(here, first, "old");
    assertThatThrownBy(() -> renamed(elsewhere, first, "other"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("try again");
    ContainerRecord second = recorded("web");

    assertThatThrownBy(() -> renamed(elsewhere, first, "other"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("try again");

    assertThat(here.find(id(second))).map(ContainerRecord::name).contains("web");
    assertThat(here.find(id(first))).map(ContainerRecord::name).contains(gone.name());
  }
}
