package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.LabHost;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Hosts whose memory or disk counts as full from the first bytes in use. */
final class PressureIT {

  @Test
  void a_host_under_pressure_gets_nothing_new_and_what_is_there_goes_on() {
    try (Fleet fleet = Fleet.start(1, Map.of("BERTH_AGENT_MEMORY_PRESSURE", "1,1"))) {
      Docker docker = fleet.tenant("acme");
      Eventually.get(
          Duration.ofSeconds(60),
          () -> docker.run("create", "busybox").err(),
          text ->
              text.contains("the memory or the disk of every host that answers is nearly full"));
      assertThat(fleet.berth("explain", "--tenant", "acme", "--", "docker", "run", "busybox").out())
          .contains("it is too hard pressed");
      assertThat(docker.run("volume", "create", "data").err())
          .contains("No healthy node available");
      for (String made : docker.run("ps", "-aq").ok().lines()) {
        docker.ok("start", made);
      }
      Eventually.get(
          () -> fleet.berth("events", "--type", "pressure").ok().out(),
          text -> Pattern.compile("lab-h1 +pressure +refuse +memory \\d+ %").matcher(text).find());
      assertThat(fleet.berth("host", "top", "--once").ok().out()).contains("refuse");
    }
  }

  @Test
  void a_host_whose_disk_fills_gets_only_what_no_other_host_can_have() {
    try (Fleet fleet = Fleet.start(1, Map.of("BERTH_AGENT_DISK_PRESSURE", "1,100"))) {
      LabHost calm = fleet.lab().addHost();
      var _ = fleet.join(calm);
      Eventually.get(
          Duration.ofSeconds(60),
          () -> fleet.berth("host", "ls").ok().out().split("healthy", -1).length,
          Integer.valueOf(3)::equals);
      Eventually.get(
          Duration.ofSeconds(60),
          () -> fleet.berth("events", "--type", "pressure").ok().out(),
          text -> Pattern.compile("lab-h1 +pressure +avoid +disk \\d+ %").matcher(text).find());
      Docker docker = fleet.tenant("acme");
      docker.ok("volume", "create", "data");
      assertThat(fleet.engine(1).run("volume", "inspect", "acme.data").exit()).isZero();
      docker.ok("volume", "rm", "data");
      String most =
          Long.toString(Long.parseLong(fleet.engine(1).ok("info", "-f", "{{.MemTotal}}")) * 6 / 10);
      assertThat(place(docker, "small", "-m", "16m")).isEqualTo(calm.name());
      assertThat(place(docker, "wish", "-e", "constraint:zone==~a")).isEqualTo(calm.name());
      assertThat(place(docker, "large", "-m", most)).isEqualTo(calm.name());

      assertThat(place(docker, "larger", "-m", most)).isEqualTo("lab-h1");
      assertThat(place(docker, "pinned", "-e", "constraint:zone==a")).isEqualTo("lab-h1");
      assertThat(place(docker, "small-too", "-m", "16m")).isEqualTo(calm.name());
      assertThat(fleet.berth("host", "top", "--once").ok().out()).contains("avoid");
    }
  }

  private static String place(Docker docker, String name, String option, String value) {
    docker.ok("create", "--name", name, option, value, "busybox", "true");
    return docker.ok("inspect", "-f", "{{.Node.Name}}", name);
  }
}
