package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.Paths;
import dev.berth.common.resource.Resources;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.tenant.Flavors;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.tenant.PolicyDeniedException;
import dev.berth.manager.tenant.TenantPolicy;
import dev.berth.manager.tenant.UpdatePolicy;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.View;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.quota.Flavor;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted and recorded of a container whose limits are changed. */
final class UpdatesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TenantId ACME = new TenantId("acme");
  private static final long MIB = 1L << 20;

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private static int tests;

  private final View view = new View(new MovableClock(), new Events());
  private final FakeEngine engine = new FakeEngine();
  private CuratorFramework client;
  private ContainerRecords records;
  private LeaderPlacer placer;
  private RecordId id;
  private UpdatePolicy policy = new UpdatePolicy(_ -> TenantPolicy.DEFAULT, Flavors.NONE);

  /** An engine that takes what it is told, and whose answers can be lost. */
  private static final class FakeEngine {
    private final List<ObjectNode> asked = new ArrayList<>();
    private final ObjectNode host = JSON.createObjectNode();
    private boolean isRefusing;
    private boolean isDeafNow;
    private boolean losesAnswers;
    private boolean isGone;

    private synchronized EngineAnswer update(ObjectNode changes) throws IOException {
      asked.add(changes);
      if (isRefusing) {
        return new EngineAnswer(409, bytes(JSON.createObjectNode().put("message", "no")));
      }
      if (!isDeafNow) {
        host.setAll(changes);
      }
      if (losesAnswers) {
        throw new IOException("the answer is lost");
      }
      return new EngineAnswer(200, bytes(JSON.createObjectNode()));
    }

    private EngineAnswer inspect() throws IOException {
      if (isGone) {
        throw new IOException("the host does not answer");
      }
      return new EngineAnswer(200, bytes(JSON.createObjectNode().set("HostConfig", host)));
    }

    private static byte[] bytes(JsonNode json) {
      return json.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  @BeforeEach
  void begin() throws Exception {
    client = ZOOKEEPER.fresh("updates-" + ++tests);
    client.create().creatingParentsIfNeeded().forPath(Paths.EPOCH, new byte[] {'0'});
    records = records();
    HostRegister register = new HostRegister(client);
    Dialer nowhere =
        _ -> {
          throw new IOException("nobody is there");
        };
    placer =
        new LeaderPlacer(
            records,
            new Hosts(client, register, nowhere, view, () -> Epoch.NONE),
            register,
            _ -> Pressure.NONE,
            view,
            new PortRange(30_000, 30_001),
            _ -> true,
            _ -> Allotment.NONE,
            PlacementHints.Choice.SPREAD,
            new Overcommit(0),
            Resources.NONE,
            new Random(1));
    records.listen(placer);
    id = RecordId.random();
    ObjectNode spec = JSON.createObjectNode();
    spec.putObject("HostConfig")
        .put("Memory", 64 * MIB)
        .put("NanoCpus", 500_000_000)
        .put("PidsLimit", 20);
    engine.host.setAll((ObjectNode) spec.get("HostConfig"));
    records.create(
        new ContainerRecord(
            id.value(),
            "acme",
            "web",
            "h1",
            ContainerRecord.State.SETTLED,
            "c".repeat(64),
            7,
            0,
            spec));
    placer.begin(Epoch.NONE);
    placer.hostJoined(new HostLink(host(), nowhere, () -> Epoch.NONE));
  }

  @AfterEach
  void end() {
    records.close();
  }

  private ContainerRecords records() throws Exception {
    ContainerRecords fresh = new ContainerRecords(client);
    fresh.start();
    return fresh;
  }

  private static HostDescriptor host() {
    return new HostDescriptor(
        "h1",
        "h1",
        "10.0.0.1",
        2378,
        "20.10",
        "1.41",
        "1.12",
        4,
        1024 * MIB,
        "overlay2",
        "Debian",
        "linux",
        "x86_64",
        "5.10",
        "",
        Map.of(HostResources.LABEL, "pids=30"));
  }

  private EngineAnswer update(String changes) throws Exception {
    return update(records, Duration.ofSeconds(30), changes, () -> {});
  }

  private EngineAnswer update(
      ContainerRecords known, Duration turn, String changes, Runnable meanwhile) throws Exception {
    ObjectNode body = (ObjectNode) JSON.readTree(changes.replace('\'', '"'));
    return new Updates(client, known, placer, turn)
        .update(
            id,
            ACME,
            body,
            policy,
            new Updates.Engine() {
              @Override
              public EngineAnswer update(ObjectNode sent) throws IOException {
                meanwhile.run();
                return engine.update(sent);
              }

              @Override
              public EngineAnswer inspect() throws IOException {
                return engine.inspect();
              }
            });
  }

  @Test
  void less_memory_takes_the_swap_along_that_went_with_more() throws Exception {
    update("{'Memory':%d}".formatted(32 * MIB));

    assertThat(engine.host.path("MemorySwap").asLong()).isEqualTo(64 * MIB);
    assertThat(recorded().path("MemorySwap").asLong()).isEqualTo(64 * MIB);

    update("{'Memory':%d,'MemorySwap':%d}".formatted(32 * MIB, 32 * MIB));
    update("{'Memory':%d}".formatted(24 * MIB));

    assertThat(engine.host.path("MemorySwap").asLong()).isEqualTo(32 * MIB);
  }

  @Test
  void a_container_that_is_not_settled_is_not_recorded_anew() throws Exception {
    ContainerRecord pending =
        new ContainerRecord(
            RecordId.random().value(),
            "acme",
            "made-now",
            "h1",
            ContainerRecord.State.PENDING,
            "",
            7,
            0,
            JSON.createObjectNode());
    records.create(pending);

    assertThat(records.change(new RecordId(pending.id()), JSON.createObjectNode().put("x", 1)))
        .isFalse();
    assertThat(records.settle(pending, "d".repeat(64))).isTrue();
  }

  @Test
  void the_leader_refuses_for_now_what_it_does_not_know_yet() {
    assertThatThrownBy(() -> placer.resize(RecordId.random(), JSON.createObjectNode()))
        .isInstanceOf(NoLeaderException.class)
        .hasMessageContaining("does not know this container yet");
  }

  private JsonNode recorded() throws Exception {
    return records.readWhole(records.find(id).orElseThrow()).orElseThrow().spec().get("HostConfig");
  }

  private void assertMemory(long mebibytes) throws Exception {
    assertThat(placer.used(ACME).of(Quantity.MEMORY)).isEqualTo(mebibytes * MIB);
    assertThat(placer.reserved(new HostId("h1")).memory().value()).isEqualTo(mebibytes * MIB);
    assertThat(recorded().path("Memory").asLong()).isEqualTo(mebibytes * MIB);
  }

  @ParameterizedTest
  @CsvSource({"128", "32"})
  void what_the_engine_has_done_is_counted_and_recorded(long mebibytes) throws Exception {
    update("{'Memory':%d,'CpuShares':0,'RestartPolicy':{'Name':''}}".formatted(mebibytes * MIB));

    assertMemory(mebibytes);
    assertThat(recorded().has("RestartPolicy")).isFalse();
    assertThat(recorded().has("CpuShares")).isFalse();
    assertThat(client.checkExists().forPath(Paths.update(id))).isNull();
  }

  @Test
  void what_is_to_grow_is_recorded_before_the_engine_is_asked() throws Exception {
    update(
        records,
        Duration.ofSeconds(30),
        "{'Memory':%d}".formatted(128 * MIB),
        () -> {
          try {
            assertMemory(128);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"128", "32"})
  void what_the_engine_refuses_changes_nothing(long mebibytes) throws Exception {
    engine.isRefusing = true;

    assertThat(update("{'Memory':%d}".formatted(mebibytes * MIB)).status()).isEqualTo(409);

    assertMemory(64);
  }

  @ParameterizedTest
  @CsvSource({
    "128, false, false, 128",
    "32,  false, false, 32",
    "128, true,  false, 64",
    "32,  true,  false, 64",
    "128, false, true,  128",
    "32,  false, true,  64",
  })
  void when_an_answer_is_lost_the_engine_is_asked_and_else_the_larger_counts(
      long mebibytes, boolean isDeaf, boolean isGone, long counted) throws Exception {
    engine.losesAnswers = true;
    engine.isDeafNow = isDeaf;
    engine.isGone = isGone;

    assertThatThrownBy(() -> update("{'Memory':%d}".formatted(mebibytes * MIB)))
        .hasMessage("the answer is lost");

    assertMemory(counted);
  }

  @Test
  void of_what_grows_and_shrinks_at_once_the_larger_counts_until_the_engine_has_said_it()
      throws Exception {
    engine.losesAnswers = true;
    engine.isGone = true;

    assertThatThrownBy(
            () -> update("{'Memory':%d,'NanoCpus':100000000,'PidsLimit':30}".formatted(128 * MIB)))
        .hasMessage("the answer is lost");

    assertMemory(128);
    assertThat(placer.used(ACME).of(Quantity.CPUS)).isEqualTo(500_000_000);
    assertThat(placer.used(ACME).of(Quantity.PIDS)).isEqualTo(30);
  }

  @Test
  void two_updates_at_once_are_made_one_after_the_other_by_whichever_manager() throws Exception {
    CountDownLatch isThere = new CountDownLatch(1);
    CountDownLatch mayGo = new CountDownLatch(1);
    try (ContainerRecords others = records();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<EngineAnswer> first =
          threads.submit(
              () ->
                  update(
                      records,
                      Duration.ofSeconds(30),
                      "{'Memory':%d}".formatted(128 * MIB),
                      () -> {
                        isThere.countDown();
                        await(mayGo);
                      }));
      isThere.await();
      Future<EngineAnswer> second =
          threads.submit(
              () -> update(others, Duration.ofSeconds(30), "{'NanoCpus':700000000}", () -> {}));

      assertThatThrownBy(() -> update(others, Duration.ofMillis(300), "{'PidsLimit':10}", () -> {}))
          .isInstanceOf(RefusedPlacementException.class)
          .hasMessageContaining("another update of this container");
      assertThat(engine.asked).isEmpty();
      mayGo.countDown();
      first.get();
      second.get();
    }

    assertMemory(128);
    assertThat(recorded().path("NanoCpus").asLong()).isEqualTo(700_000_000);
    assertThat(placer.used(ACME).of(Quantity.CPUS)).isEqualTo(700_000_000);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void one_that_is_renamed_meanwhile_is_recorded_under_its_new_name() throws Exception {
    update(
        records,
        Duration.ofSeconds(30),
        "{'Memory':%d}".formatted(32 * MIB),
        () -> {
          try {
            records.rename(records.find(id).orElseThrow(), new ContainerName("www"));
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });

    assertThat(records.find(id).map(ContainerRecord::name)).isEqualTo(Optional.of("www"));
    assertMemory(32);
  }

  @Test
  void a_container_cannot_grow_beyond_the_processes_that_its_host_has_left() throws Exception {
    assertThatThrownBy(() -> update("{'PidsLimit':31}"))
        .isInstanceOf(RefusedPlacementException.class)
        .hasMessageContaining("no room for it to grow to 31 of pids");
    assertThat(engine.asked).isEmpty();
    assertThat(recorded().path("PidsLimit").asLong()).isEqualTo(20);

    update("{'PidsLimit':30}");
    update("{'PidsLimit':10}");
    assertThat(placer.used(ACME).of(Quantity.PIDS)).isEqualTo(10);
  }

  @Test
  void when_flavors_are_enforced_an_update_to_none_reaches_no_engine() throws Exception {
    Flavors flavors =
        Flavors.of(Flavors.Mode.ENFORCED, List.of(Flavor.parse("small", "0.5/64m")), "small");
    policy = new UpdatePolicy(_ -> TenantPolicy.DEFAULT, flavors);

    assertThatThrownBy(() -> update("{'Memory':%d}".formatted(128 * MIB)))
        .isInstanceOf(PolicyDeniedException.class);

    assertThat(engine.asked).isEmpty();
    assertMemory(64);
  }
}
