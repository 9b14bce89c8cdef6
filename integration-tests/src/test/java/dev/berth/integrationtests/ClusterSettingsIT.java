package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sets for the whole cluster of places and sizes, with fleets of their own. */
final class ClusterSettingsIT {
  private static final long MIB = 1L << 20;
  private static final Map<String, String> FLAVORS =
      Map.of("BERTH_FLAVOR_LIST", "tiny=0.1/32m,wide=-/64m", "BERTH_FLAVOR_USUAL", "tiny");

  private static Fleet fleet;
  private static PlacedTenant tenant;
  private static Docker docker;

  @BeforeAll
  static void start() {
    fleet =
        Fleet.start(
            2,
            with(
                "BERTH_PLACEMENT_STRATEGY", "binpack",
                "BERTH_PLACEMENT_RESERVE", "cpus=0.5,memory=512m",
                "BERTH_PLACEMENT_OVERCOMMIT", "cpus=100,memory=0",
                "BERTH_FLAVOR_MODE", "default"));
    tenant = new PlacedTenant(fleet.tenant("acme"));
    docker = tenant.docker();
  }

  private static Map<String, String> with(String... settings) {
    Map<String, String> env = new java.util.HashMap<>(FLAVORS);
    for (int i = 0; i < settings.length; i += 2) {
      env.put(settings[i], settings[i + 1]);
    }
    return env;
  }

  @AfterAll
  static void stop() {
    fleet.close();
  }

  @AfterEach
  void removeAll() {
    tenant.removeAll();
  }

  private static String limits(Docker docker, String container) {
    return docker.ok("inspect", "-f", "{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}", container);
  }

  @Test
  void containers_are_packed_unless_they_or_their_tenant_say_otherwise() {
    Set<String> hosts = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      hosts.add(tenant.hostOf(tenant.create()));
    }
    assertThat(hosts).hasSize(1);
    assertThat(tenant.hostOf(tenant.create("--label", "berth.strategy=spread"))).isNotIn(hosts);
    removeAll();
    PlacedTenant spreading = new PlacedTenant(fleet.tenant("spreading"));
    fleet.berth("tenant", "update", "spreading", "--strategy", "spread").ok();
    String one = spreading.hostOf(spreading.create());
    String two = spreading.hostOf(spreading.create());
    spreading.removeAll();
    assertThat(one).isNotEqualTo(two);
  }

  @Test
  void a_host_keeps_its_reserve_of_memory_and_promises_the_rest_once() {
    String host = "constraint:node==" + fleet.hosts().getFirst().name();
    long rest = Long.parseLong(fleet.engine(0).ok("info", "-f", "{{.MemTotal}}")) - 512 * MIB;
    assertThat(docker.run("create", "-e", host, "-m", rest + 1 + "b", "busybox").err())
        .contains("no resources available to schedule container");
    tenant.create("-e", host, "-m", rest + "b");
    assertThat(docker.run("create", "-e", host, "-m", "6m", "busybox").err())
        .contains("no resources available to schedule container", "resources removed 1");
  }

  @Test
  void a_host_keeps_its_reserve_of_cpus_and_promises_the_rest_twice() {
    String host = "constraint:node==" + fleet.hosts().getFirst().name();
    double rest = Integer.parseInt(fleet.engine(0).ok("info", "-f", "{{.NCPU}}")) - 0.5;
    for (int i = 0; i < 2; i++) {
      tenant.create("-e", host, "-m", "8m", "--cpus", Double.toString(rest));
    }
    assertThat(docker.run("create", "-e", host, "-m", "8m", "--cpus", "0.01", "busybox").err())
        .contains("no resources available to schedule container", "resources removed 1");
  }

  @Test
  void what_is_missing_is_filled_in_from_the_usual_flavor_or_the_one_that_is_named() {
    assertThat(limits(docker, tenant.create())).isEqualTo("100000000 " + 32 * MIB);
    assertThat(limits(docker, tenant.create("-m", "48m"))).isEqualTo("100000000 " + 48 * MIB);
    assertThat(limits(docker, tenant.create("--cpus", "0.2"))).isEqualTo("200000000 " + 32 * MIB);
    String wide = tenant.create("--label", "berth.flavor=wide");
    assertThat(limits(docker, wide)).isEqualTo("0 " + 64 * MIB);
    assertThat(docker.run("create", "--label", "berth.flavor=huge", "busybox").err())
        .contains("there is no flavor huge; there are", "tiny", "wide");
    Docker other = fleet.tenant("widely");
    fleet.berth("tenant", "update", "widely", "--flavor", "wide").ok();
    String id = other.ok("create", "busybox");
    String filledIn = limits(other, id);
    other.remove(id);
    assertThat(filledIn).isEqualTo("0 " + 64 * MIB);
  }

  @Test
  void where_flavors_are_enforced_nothing_else_is_let_by() {
    try (Fleet enforced = Fleet.start(1, with("BERTH_FLAVOR_MODE", "enforced"))) {
      Docker strict = enforced.tenant("acme");
      assertThat(limits(strict, strict.ok("create", "--name", "tiny", "busybox")))
          .isEqualTo("100000000 " + 32 * MIB);
      String wide = strict.ok("create", "--label", "berth.flavor=wide", "busybox");
      assertThat(limits(strict, wide)).isEqualTo("0 " + 64 * MIB);
      strict.ok("create", "-m", "32m", "--cpus", "0.1", "busybox");
      String refusal = "CPU and memory must be those of a flavor: ";
      for (List<String> limits : List.of(List.of("-m", "48m"), List.of("--cpus", "0.2"))) {
        assertThat(
                strict.run("create", limits.getFirst(), limits.getLast(), "busybox").exits(1).err())
            .contains(refusal, "tiny (0.1 CPUs, 32MiB)", "wide (any CPU, 64MiB)");
      }
      assertThat(strict.run("update", "-m", "48m", "--memory-swap", "96m", "tiny").exits(1).err())
          .contains(refusal);
      strict.ok("update", "-m", "64m", "--memory-swap", "128m", wide);
    }
  }

  @Test
  void of_hosts_that_are_as_good_the_one_that_has_the_image_is_taken(@TempDir Path files)
      throws IOException {
    // On each in its turn: without a preference one of them would win both times.
    for (String host : fleet.hosts().stream().map(LabHost::name).toList()) {
      Files.writeString(
          files.resolve("Dockerfile"), "FROM busybox\nENV host=" + host + "\nRUN true\n");
      String image = "on-" + host;
      docker.ok("build", "-t", image, "--build-arg", "constraint:node==" + host, files.toString());
      assertThat(
              fleet
                  .berth("explain", "--tenant", "acme", "--", "docker", "run", image, "true")
                  .ok()
                  .lines())
          .anyMatch(line -> line.matches(host + "\\s+chosen\\b.*"));
      String id = docker.ok("create", image, "true");
      assertThat(tenant.hostOf(id)).isEqualTo(host);
      docker.remove(id);
      // Among hosts that are not as good it counts for nothing.
      tenant.create("-m", "64m", "-e", "constraint:node!=" + host);
      assertThat(tenant.hostOf(docker.ok("create", image, "true"))).isNotEqualTo(host);
      removeAll();
    }
  }
}
