package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** Two managers of one cluster, with a fleet of their own: one leads, both serve. */
final class TwoManagersIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String CREATE = "{\"Image\":\"busybox\",\"Cmd\":[\"true\"]}";

  @TempDir private Path files;

  private Fleet fleet;
  private Path data;
  private Process second;

  @BeforeEach
  void start() {
    fleet = Fleet.start(2);
    data = files.resolve("second");
    copy("cluster-ca");
    copy("user-ca");
    second =
        fleet
            .command(
                "manager",
                "--data",
                data.toString(),
                "--listen",
                "tcp://127.0.0.1:0",
                "--cluster",
                "127.0.0.1:0",
                "--zookeeper",
                fleet.zooKeeper())
            .startSilently();
    Eventually.get(
        Duration.ofSeconds(90),
        () -> status().split("healthy", -1).length,
        Integer.valueOf(3)::equals);
  }

  /** Managers of one cluster have its authorities: an operator copies them. */
  private void copy(String authority) {
    try (var tree = Files.walk(fleet.data())) {
      Path from =
          tree.filter(path -> path.endsWith(authority) && Files.isDirectory(path))
              .findFirst()
              .orElseThrow();
      Files.createDirectories(data);
      Command.of("cp", "-a", from.toString(), data.resolve(authority).toString()).run().ok();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    second.destroy();
    second.waitFor(20, TimeUnit.SECONDS);
    fleet.close();
  }

  private String status() {
    return fleet.berth("host", "ls", "--data", data.toString()).text();
  }

  private Docker second(String tenant) {
    fleet.tenant(tenant);
    return Fleet.docker(fleet.berth("env", "--tenant", tenant, "--data", data.toString()).ok());
  }

  /**
   * The first manager has ZooKeeper in it. When it starts again the second is before it in the
   * election, unless its session has ended meanwhile: then either can be.
   */
  private void letTheSecondLead() throws Exception {
    for (int tries = 0; tries < 5 && !leader().equals(id()); tries++) {
      ProcessHandle manager = fleet.manager();
      manager.destroyForcibly();
      manager.onExit().get(20, TimeUnit.SECONDS);
      fleet.up(2);
      Eventually.get(Duration.ofSeconds(60), this::leader, leader -> !leader.isEmpty());
    }
    assertThat(leader()).isEqualTo(id());
  }

  private String leader() {
    try {
      return JSON.readTree(fleet.berth("status", "--format", "json").ok().text())
          .path("leader")
          .asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void what_is_made_at_either_is_one_engine_s(@TempDir Path context) throws IOException {
    Docker first = fleet.tenant("acme");
    Docker other = second("acme");
    String id = other.ok("run", "-d", "--name", "web", "-m", "32m", "busybox", "sleep", "600");
    assertThat(first.ok("inspect", "-f", "{{.Id}}", "web")).isEqualTo(id);
    assertThat(first.run("create", "--name", "web", "busybox").err())
        .contains("The container name \"/web\" is already in use by container \"" + id + "\"");
    other.ok("volume", "create", "data");
    other.ok("network", "create", "net");
    assertThat(first.ok("volume", "ls", "-q")).isEqualTo("data");
    assertThat(first.ok("network", "ls", "-q", "--filter", "name=net")).isNotEmpty();
    other.ok("update", "-m", "48m", "--memory-swap", "96m", "web");
    Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nRUN true\n");
    other.ok("build", "-t", "made", context.toString());
    first.ok("run", "--rm", "made", "true");
    assertThat(fleet.berth("tenant", "inspect", "acme").ok().text())
        .contains("\"memory\":" + (48L << 20));
    // Renamed at one, a name is free and an affinity holds at the other.
    first.ok("rename", "web", "web2");
    Eventually.get(() -> other.run("inspect", "web2").exit(), exit -> exit == 0);
    other.ok("create", "--name", "web", "-e", "affinity:container==web2", "busybox");
    other.remove("web", "web2");
    for (String name : List.of("one", "two")) {
      other.ok("create", "--name", name, "--network", "net", "busybox");
    }
    String host = first.ok("inspect", "-f", "{{.Node.Name}}", "one");
    assertThat(fleet.berth("host", "drain", host, "--dry-run", "--data", data.toString()).out())
        .containsPattern("acme +one +yes")
        .containsPattern("acme +two +yes");
    other.remove("one", "two");
    Eventually.get(
        () -> fleet.berth("tenant", "inspect", "acme").ok().text(),
        text -> text.contains("\"memory\":0") && text.contains("\"containers\":0"));
    for (Path at : List.of(fleet.data(), data)) {
      assertThat(fleet.berth("rebalance", "--dry-run", "--data", at.toString()).ok().out())
          .contains("Nothing is to be gained", "Goal: spread.");
    }
    assertToBeKeptToHostsAtBoth(first, other);
  }

  /** Whichever manager is told the rule, and whichever is asked for a place. */
  private void assertToBeKeptToHostsAtBoth(Docker first, Docker other) {
    fleet
        .berth("tenant", "update", "acme", "--constraint", "zone==none", "--data", data.toString())
        .ok();
    for (Path at : List.of(fleet.data(), data)) {
      Eventually.get(
          () ->
              fleet
                  .berth(
                      "explain",
                      "--tenant",
                      "acme",
                      "--data",
                      at.toString(),
                      "--",
                      "docker",
                      "run",
                      "busybox")
                  .out(),
          text -> text.contains("kept to hosts with zone==none"));
    }
    for (Docker each : List.of(first, other)) {
      assertThat(each.run("create", "busybox").exits(1).err()).contains("open to this tenant");
      assertThat(each.run("volume", "create", "nowhere").exits(1).err())
          .contains("open to this tenant");
    }
  }

  @Test
  void a_quota_is_exact_over_both() throws InterruptedException {
    fleet.tenant("crowd");
    fleet.berth("tenant", "update", "crowd", "--quota", "containers=100").ok();
    Docker first = fleet.tenant("crowd");
    List<Api> doors = List.of(Api.as(first), Api.as(second("crowd")));
    AtomicInteger made = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    try (ExecutorService clients = Executors.newFixedThreadPool(64)) {
      for (int i = 0; i < 1000; i++) {
        Api api = doors.get(i % 2);
        clients.execute(
            () -> {
              int status = api.send("POST", "/containers/create", CREATE).status();
              (status == 201 ? made : refused).incrementAndGet();
            });
      }
      clients.shutdown();
      assertThat(clients.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(made).hasValue(100);
    assertThat(refused).hasValue(900);
    Eventually.get(() -> first.run("ps", "-aq").ok().lines().size(), size -> size == 100);
  }

  @Test
  void a_quota_is_exact_though_the_leader_is_killed_in_the_middle() throws Exception {
    fleet.tenant("crowd");
    fleet.berth("tenant", "update", "crowd", "--quota", "containers=100").ok();
    letTheSecondLead();
    Docker first = fleet.tenant("crowd");
    Api api = Api.as(first);
    Api leaders = Api.as(second("crowd"));
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
                  second.destroyForcibly();
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

  private String id() {
    try {
      return Files.readString(data.resolve("manager-id")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
