package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

/** A manager that is killed at the worst moment, with a fleet of its own. */
final class ManagerDeathIT {
  private static final int CREATES = 200;

  private Fleet fleet;

  @BeforeEach
  void start() {
    fleet = Fleet.start(3);
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  @Test
  void no_acknowledged_container_is_lost_no_orphan_is_left_and_no_name_is_held_by_nothing()
      throws Exception {
    Docker docker = fleet.tenant("acme");
    Map<String, String> acknowledged = new ConcurrentHashMap<>();
    AtomicInteger created = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(CREATES);
    Api api = Api.as(docker);
    ProcessHandle manager = fleet.manager();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CREATES; i++) {
        String name = "c" + i;
        clients.execute(
            () -> {
              try {
                Api.Answer answer =
                    api.send(
                        "POST",
                        "/containers/create?name=" + name,
                        "{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"600\"]}");
                if (answer.status() == 201) {
                  String id = answer.json().path("Id").asText();
                  acknowledged.put(name, id);
                  // Killed by who is there first, while the others create: no thread needs a turn.
                  if (created.incrementAndGet() == CREATES / 3) {
                    manager.destroyForcibly();
                  }
                  api.send("POST", "/containers/" + id + "/start", "");
                }
              } catch (java.io.UncheckedIOException e) {
                // The manager was killed under this request: nothing was acknowledged.
              } finally {
                ended.countDown();
              }
            });
      }
      assertThat(ended.await(3, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(acknowledged).isNotEmpty();
    assertThat(acknowledged.size()).isLessThan(CREATES);

    fleet.up(3);
    Docker again = fleet.tenant("acme");

    // Every acknowledged container is there, under its name and id.
    for (Map.Entry<String, String> container : acknowledged.entrySet()) {
      assertThat(again.ok("inspect", "-f", "{{.Id}}", container.getKey()))
          .isEqualTo(container.getValue());
    }
    // What the engines have and what the tenant sees comes to be the same: no orphan.
    Eventually.get(
        Duration.ofSeconds(60), () -> difference(onEngines(), listed(again)), Set::isEmpty);
    // A name that is not listed is free.
    Set<String> names = new HashSet<>(again.run("ps", "-a", "--format", "{{.Names}}").ok().lines());
    for (int i = 0; i < CREATES; i++) {
      String name = "c" + i;
      if (!names.contains(name)) {
        Eventually.get(
            () -> again.run("create", "--name", name, "busybox").exit(), exit -> exit == 0);
      }
    }
  }

  private Set<String> listed(Docker docker) {
    return new HashSet<>(docker.run("ps", "-aq", "--no-trunc").ok().lines());
  }

  private Set<String> onEngines() {
    Set<String> ids = new HashSet<>();
    for (int host = 0; host < 3; host++) {
      ids.addAll(fleet.engine(host).run("ps", "-aq", "--no-trunc").ok().lines());
    }
    return ids;
  }

  private static Set<String> difference(Set<String> left, Set<String> right) {
    Set<String> either = new HashSet<>(left);
    either.addAll(right);
    Set<String> both = new HashSet<>(left);
    both.retainAll(right);
    either.removeAll(both);
    return either;
  }

  @Test
  void running_containers_run_on_while_no_manager_is_there() {
    Docker docker = fleet.tenant("acme");
    String id = docker.ok("run", "-d", "--name", "web", "busybox", "sleep", "600");
    fleet.manager().destroyForcibly();
    Eventually.get(() -> docker.run("ps").exit(), exit -> exit != 0);
    fleet.up(3);
    Docker again = fleet.tenant("acme");
    List<String> shown =
        again.run("ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}").ok().lines();
    assertThat(shown).containsExactly(id + " web");
    assertThat(again.ok("exec", "web", "echo", "alive")).isEqualTo("alive");
    a_host_that_was_being_drained_is_drained_by_the_next_manager(again);
  }

  private void a_host_that_was_being_drained_is_drained_by_the_next_manager(Docker docker) {
    List<String> names = new ArrayList<>(List.of("web"));
    docker.ok("network", "create", "app");
    for (String name : List.of("db", "front")) {
      names.add(name);
      run(docker, name, "--network", "app", "-v", "both:/data");
    }
    String host = hostOf(docker, "db");
    for (int i = 0; i < 6; i++) {
      names.add("one-" + i);
      run(docker, "one-" + i, "-e", "constraint:node==~" + host, "-v", "/data");
    }
    fleet.berth("host", "drain", host, "--timeout", "1s");
    Eventually.get(
        Duration.ofSeconds(30),
        () -> docker.run("ps", "-a", "--format", "{{.Names}}").ok().out(),
        text -> text.contains(".moving") || !hostOf(docker, "db").equals(host));
    fleet.manager().destroyForcibly();
    fleet.up(3);
    Docker again = fleet.tenant("acme");
    Eventually.get(
        Duration.ofSeconds(90),
        () -> fleet.berth("host", "ls").out(),
        text -> text.matches("(?s).*" + host + " +drained.*"));
    Eventually.get(
        () -> new HashSet<>(again.run("ps", "--format", "{{.Names}}").ok().lines()),
        Set.copyOf(names)::equals);
    for (String name : names.subList(1, names.size())) {
      assertThat(again.ok("exec", name, "cat", "/data/x")).describedAs(name).startsWith("here");
    }
    assertThat(again.ok("exec", "front", "ping", "-c", "1", "-w", "5", "db")).contains("1 packets");
    Eventually.get(
        Duration.ofSeconds(60), () -> difference(onEngines(), listed(again)), Set::isEmpty);
  }

  private static void run(Docker docker, String name, String... more) {
    List<String> words =
        new ArrayList<>(List.of("run", "-d", "--stop-signal", "KILL", "--name", name));
    words.addAll(List.of(more));
    words.addAll(List.of("busybox", "sh", "-c", "echo here >> /data/x; sleep 600"));
    docker.ok(words.toArray(String[]::new));
  }

  private static String hostOf(Docker docker, String container) {
    return docker.run("inspect", "-f", "{{.Node.Name}}", container).text();
  }
}
