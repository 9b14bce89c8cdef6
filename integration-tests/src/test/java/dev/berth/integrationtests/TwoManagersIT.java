package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  private static final String CREATE = "{\"Image\":\"busybox\",\"Cmd\":[\"true\"]}";

  @TempDir private Path files;

  private Fleet fleet;
  private SecondManager second;

  @BeforeEach
  void start() {
    fleet = Fleet.start(2);
    second = SecondManager.start(fleet, files.resolve("second"), fleet.zooKeeper());
    second.awaitHealthy(2);
  }

  @AfterEach
  void stop() {
    second.close();
    fleet.close();
  }

  @Test
  void what_is_made_at_either_is_one_engine_s(@TempDir Path context) throws IOException {
    Docker first = fleet.tenant("acme");
    Docker other = second.tenant("acme");
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
    assertThat(
            fleet
                .berth("host", "drain", host, "--dry-run", "--data", second.data().toString())
                .out())
        .containsPattern("acme +one +yes")
        .containsPattern("acme +two +yes");
    other.remove("one", "two");
    Eventually.get(
        () -> fleet.berth("tenant", "inspect", "acme").ok().text(),
        text -> text.contains("\"memory\":0") && text.contains("\"containers\":0"));
    for (Path at : List.of(fleet.data(), second.data())) {
      assertThat(fleet.berth("rebalance", "--dry-run", "--data", at.toString()).ok().out())
          .contains("Nothing is to be gained", "Goal: spread.");
    }
    assertToBeKeptToHostsAtBoth(first, other);
  }

  /** Whichever manager is told the rule, and whichever is asked for a place. */
  private void assertToBeKeptToHostsAtBoth(Docker first, Docker other) {
    fleet
        .berth(
            "tenant",
            "update",
            "acme",
            "--constraint",
            "zone==none",
            "--data",
            second.data().toString())
        .ok();
    for (Path at : List.of(fleet.data(), second.data())) {
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
    List<Api> doors = List.of(Api.as(first), Api.as(second.tenant("crowd")));
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
}
