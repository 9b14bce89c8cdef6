package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two managers, of which the one that leads is killed. Their ZooKeeper is a process of its own: who
 * was there first leads next when the other is gone.
 */
final class LeaderDeathIT {
  private static final String CREATE = "{\"Image\":\"busybox\",\"Cmd\":[\"true\"]}";

  @TempDir private Path files;
  private ZooKeeperServer zookeeper;
  private Lab lab;
  private Fleet fleet;
  private SecondManager second;

  @BeforeEach
  void start() throws IOException {
    zookeeper = ZooKeeperServer.start(files.resolve("zookeeper"));
    lab = Lab.create(files.resolve("lab"));
    lab.start(1);
    fleet =
        Fleet.at(
            lab.hosts().getFirst().engineSocket(),
            Map.of(
                "BERTH_ZOOKEEPER_CONNECT", zookeeper.address(),
                "BERTH_MANAGER_CLUSTER", "127.0.0.1:0",
                "BERTH_AGENT_LISTEN", "127.0.0.1:0"));
    second = SecondManager.start(fleet, files.resolve("second"), zookeeper.address());
    second.awaitHealthy(1);
  }

  @AfterEach
  void stop() {
    if (second != null) {
      second.close();
    }
    if (fleet != null) {
      fleet.close();
    }
    lab.down();
    zookeeper.close();
  }

  /** The first is away for a while. */
  private void letTheSecondLead() {
    fleet.berth("down").ok();
    Eventually.get(Duration.ofSeconds(90), () -> second.leads(second.data()), leads -> leads);
    fleet.up(lab.hosts().getFirst().engineSocket());
    second.awaitHealthy(1);
    assertThat(second.leads(fleet.data())).isTrue();
  }

  @Test
  void a_quota_is_exact_though_the_leader_is_killed_in_the_middle() throws Exception {
    fleet.tenant("crowd");
    fleet.berth("tenant", "update", "crowd", "--quota", "containers=100").ok();
    letTheSecondLead();
    Docker first = fleet.tenant("crowd");
    Api api = Api.as(first);
    Api leaders = Api.as(second.tenant("crowd"));
    AtomicInteger made = new AtomicInteger();
    AtomicInteger shut = new AtomicInteger();
    AtomicInteger broken = new AtomicInteger();
    Set<Integer> statuses = ConcurrentHashMap.newKeySet();
    CountDownLatch ended = new CountDownLatch(1000);
    try (ExecutorService clients = Executors.newFixedThreadPool(64)) {
      for (int i = 0; i < 1000; i++) {
        boolean isAtLeader = i % 2 == 1;
        clients.execute(
            () -> {
              boolean isAlive = isAtLeader && second.isAlive();
              try {
                int status =
                    (isAlive ? leaders : api).send("POST", "/containers/create", CREATE).status();
                statuses.add(status);
                if (status == 201 && made.incrementAndGet() == 40) {
                  second.kill();
                }
              } catch (UncheckedIOException e) {
                (isAlive ? shut : broken).incrementAndGet();
              } finally {
                ended.countDown();
              }
            });
      }
      assertThat(ended.await(3, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(made).hasValueLessThanOrEqualTo(100);
    assertThat(shut).describedAs("answers that the leader took along").hasPositiveValue();
    assertThat(broken).describedAs("calls that the manager that lived on left").hasValue(0);
    // What was begun for the leader that died is finished or undone, and then there is room for
    // exactly the rest.
    Eventually.get(
        Duration.ofSeconds(90),
        () -> {
          int status = api.send("POST", "/containers/create", CREATE).status();
          statuses.add(status);
          return first.run("ps", "-aq").ok().lines().size();
        },
        size -> size >= 100);
    assertThat(api.send("POST", "/containers/create", CREATE).status()).isEqualTo(403);
    assertThat(first.run("ps", "-aq").ok().lines()).hasSize(100);
    assertThat(statuses).isSubsetOf(201, 403, 503);
  }
}
