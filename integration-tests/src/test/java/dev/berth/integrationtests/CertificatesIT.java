package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.tls.Credentials;
import dev.berth.lab.LabHost;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Certificates of hosts and managers that end within the test. */
final class CertificatesIT {
  private static final Duration LIFETIME = Duration.ofSeconds(45);

  @Test
  void certificates_are_renewed_before_they_end_and_nothing_is_cut_off() {
    try (Fleet fleet =
        Fleet.start(1, Map.of("BERTH_CERTIFICATES_LIFETIME", LIFETIME.toSeconds() + "s"))) {
      Docker docker = fleet.tenant("acme");
      Instant ends = ends(files(fleet, "credentials"));
      Instant managersEnd = ends(files(fleet, "manager"));
      docker.ok("run", "-d", "--name", "stays", "busybox", "sleep", "600");
      Instant bothOver = (ends.isAfter(managersEnd) ? ends : managersEnd).plusSeconds(5);

      var _ = Eventually.get(LIFETIME.plusSeconds(30), Instant::now, now -> now.isAfter(bothOver));

      assertThat(ends(files(fleet, "credentials"))).isAfter(Instant.now());
      assertThat(ends(files(fleet, "manager"))).isAfter(Instant.now());
      assertThat(docker.ok("exec", "stays", "echo", "here")).isEqualTo("here");
      docker.ok("run", "--rm", "busybox", "true");
      assertThat(fleet.berth("host", "ls").ok().out()).contains("healthy");

      // Who comes now sees what ZooKeeper and the manager show, for the first time.
      LabHost second = fleet.lab().addHost();
      var _ = fleet.join(second);
      var _ =
          Eventually.get(
              Duration.ofSeconds(60),
              () -> fleet.berth("host", "ls").ok().out().split("healthy", -1).length - 1,
              healthy -> healthy == 2);
    }
  }

  private static Path files(Fleet fleet, String of) {
    return fleet.tree().stream()
        .filter(file -> file.endsWith(of + "/identity.pem"))
        .findFirst()
        .orElseThrow()
        .getParent();
  }

  private static Instant ends(Path files) {
    try {
      return Credentials.load(files).orElseThrow().chain().getFirst().getNotAfter().toInstant();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
