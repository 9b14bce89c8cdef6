package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users are told by a cluster that does not take what they come with. */
final class IdentitySourcesIT {
  @Test
  void without_the_own_store_nobody_logs_in_there_and_the_operator_still_gets_in(
      @TempDir Path configuration) {
    try (Fleet fleet = Fleet.withoutHosts(Map.of("BERTH_IDENTITY_SOURCES", "certificates"))) {
      String off = "Berth's own identity store is switched off on this cluster";
      assertThat(
              fleet
                  .command("login", "--user", "ann", "--tenant", "default", "--password-stdin")
                  .env(Map.of("DOCKER_CONFIG", configuration.toString()))
                  .input("password-1")
                  .run()
                  .exits(1)
                  .err())
          .contains(off)
          .contains("ask an operator for a client certificate");
      assertThat(fleet.berth("user", "create", "ann", "--tenant", "default").exits(1).err())
          .contains(off);
      fleet.berth("tenant", "ls").ok();
    }
  }
}
