package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A host whose memory counts as full from the first byte in use. */
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
      assertThat(fleet.berth("events", "--type", "pressure").ok().out())
          .containsPattern("lab-h1 +pressure +refuse +memory \\d+ %");
      assertThat(fleet.berth("host", "top", "--once").ok().out()).contains("refuse");
    }
  }
}
