package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Images of a size that fits into nobody's memory, between hosts, with a fleet of its own. */
final class LargeImageIT {
  private static final long ALLOWED_GROWTH = 100L << 20;
  private static final Duration LONG = Duration.ofMinutes(15);

  @Test
  void an_image_of_128_megabytes_moves_and_the_managers_memory_stays_flat() {
    moves(128);
  }

  @Test
  @Tag("soak")
  void an_image_of_2_gigabytes_moves_and_the_managers_memory_stays_flat() {
    moves(2_048);
  }

  private static void moves(int megabytes) {
    try (Fleet fleet = Fleet.start(2)) {
      Docker docker = fleet.tenant("acme");
      docker
          .command(
              "run",
              "--name",
              "maker",
              "busybox",
              "dd",
              "if=/dev/zero",
              "of=/large",
              "bs=1M",
              "count=" + megabytes)
          .within(LONG)
          .run()
          .ok();
      docker.command("commit", "maker", "large").within(LONG).run().ok();
      String id = docker.ok("inspect", "-f", "{{.Id}}", "large");
      int maker = fleet.engine(0).run("image", "inspect", id).exit() == 0 ? 0 : 1;
      // The place with fewer containers is the other host.
      fleet.forgetManagerPeak();
      long before = fleet.managerPeak();
      String size =
          docker
              .command("run", "--name", "user", "large", "stat", "-c", "%s", "/large")
              .within(LONG)
              .run()
              .ok()
              .text();
      assertThat(size).isEqualTo(Long.toString((long) megabytes << 20));
      assertThat(fleet.engine(1 - maker).run("image", "inspect", id).exit()).isZero();
      assertThat(fleet.managerPeak() - before).isLessThan(ALLOWED_GROWTH);
    }
  }
}
