package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes and networks when managers and hosts die, with a fleet of their own. */
final class VolumeAndNetworkFailuresIT {
  private static final int HOSTS = 2;
  private static final int CREATES = 40;

  private Fleet fleet;

  @BeforeEach
  void start() {
    fleet = Fleet.start(HOSTS);
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  @Test
  void a_container_waits_for_the_host_of_its_volume_and_network_in_clear_words() {
    Docker docker = fleet.tenant("acme");
    docker.ok("volume", "create", "data");
    docker.ok("network", "create", "net");
    Set<Integer> down = new HashSet<>();
    for (int host = 0; host < HOSTS; host++) {
      if (has(host, "volume", "acme.data") || has(host, "network", "acme.net")) {
        down.add(host);
      }
    }
    down.forEach(host -> fleet.hosts().get(host).cut());
    Eventually.get(
        () -> docker.run("create", "-v", "data:/d", "busybox").err(),
        err ->
            err.contains(
                "the volume \"data\" is on a host that does not answer: wait until it is back"));
    Eventually.get(
        () -> docker.run("create", "--network", "net", "busybox").err(),
        err -> err.contains("the network \"net\" is on a host that does not answer"));
    // What is there is still told.
    assertThat(docker.ok("volume", "ls", "-q")).isEqualTo("data");
    assertThat(docker.ok("network", "ls", "-q", "-f", "name=^net$")).isNotEmpty();
    down.forEach(host -> fleet.hosts().get(host).heal());
    Eventually.get(
        () -> docker.run("run", "--rm", "-v", "data:/d", "busybox", "true").exit(),
        exit -> exit == 0);
  }

  private boolean has(int host, String type, String name) {
    return fleet.engine(host).run(type, "inspect", name).exit() == 0;
  }

  @Test
  void a_volume_or_network_that_a_host_loses_is_forgotten_and_its_name_is_free() {
    Docker docker = fleet.tenant("acme");
    docker.ok("volume", "create", "data");
    docker.ok("network", "create", "net");
    for (int host = 0; host < HOSTS; host++) {
      fleet.engine(host).run("volume", "rm", "acme.data");
      fleet.engine(host).run("network", "rm", "acme.net");
    }
    Eventually.get(() -> docker.ok("volume", "ls", "-q"), String::isEmpty);
    Eventually.get(() -> docker.run("network", "create", "net").exit(), exit -> exit == 0);
    docker.ok("volume", "create", "data");
    assertThat(docker.ok("volume", "ls", "-q")).isEqualTo("data");
  }

  @Test
  void a_manager_that_is_killed_leaves_no_volume_or_network_that_is_not_listed() throws Exception {
    Docker docker = fleet.tenant("acme");
    Api api = Api.as(docker);
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    ProcessHandle manager = fleet.manager();
    AtomicInteger answered = new AtomicInteger();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CREATES; i++) {
        String name = "object" + i;
        String kind = i % 2 == 0 ? "volumes" : "networks";
        clients.execute(
            () -> {
              try {
                if (api.send("POST", "/" + kind + "/create", "{\"Name\":\"" + name + "\"}").status()
                    == 201) {
                  acknowledged.add(name);
                }
              } catch (java.io.UncheckedIOException e) {
                // The manager was killed under this request: nothing was acknowledged.
              }
              // The client itself kills it: by the time that another thread runs, all may be done.
              if (answered.incrementAndGet() == CREATES / 3) {
                manager.destroyForcibly();
              }
            });
      }
    }
    assertThat(acknowledged.size()).isBetween(1, CREATES - 1);

    fleet.up(HOSTS);
    Docker again = fleet.tenant("acme");
    Eventually.get(
        Duration.ofSeconds(60),
        () -> {
          Set<String> either = new HashSet<>(onEngines());
          Set<String> listed = listed(again);
          Set<String> both = new HashSet<>(either);
          both.retainAll(listed);
          either.addAll(listed);
          either.removeAll(both);
          return either;
        },
        Set::isEmpty);
    assertThat(listed(again)).containsAll(acknowledged);
    // What is not listed is not held: its name is free.
    for (int i = 0; i < CREATES; i++) {
      String name = "object" + i;
      if (!listed(again).contains(name)) {
        String type = i % 2 == 0 ? "volume" : "network";
        Eventually.get(() -> again.run(type, "create", name).exit(), exit -> exit == 0);
      }
    }
  }

  private Set<String> listed(Docker docker) {
    Set<String> names = new HashSet<>(docker.run("volume", "ls", "-q").ok().lines());
    names.addAll(
        docker.run("network", "ls", "-f", "type=custom", "--format", "{{.Name}}").ok().lines());
    return names;
  }

  private Set<String> onEngines() {
    Set<String> names = new HashSet<>();
    for (int host = 0; host < HOSTS; host++) {
      Docker engine = fleet.engine(host);
      List<String> all = new ArrayList<>(engine.run("volume", "ls", "-q").ok().lines());
      all.addAll(
          engine.run("network", "ls", "-f", "type=custom", "--format", "{{.Name}}").ok().lines());
      all.stream().map(name -> name.replace("acme.", "")).forEach(names::add);
    }
    return names;
  }
}
