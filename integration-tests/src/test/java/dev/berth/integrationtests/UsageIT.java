package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code docker system df}, {@code docker ps --size} and {@code docker container prune}. */
final class UsageIT {
  private static final int MEGABYTE = 1 << 20;

  private Docker docker;
  private Docker other;
  private Api api;

  @BeforeEach
  void tenants() {
    docker = Fleet.shared().tenant("usage-it");
    other = Fleet.shared().tenant("usage-other");
    api = Api.as(docker);
  }

  @AfterEach
  void cleanUp() {
    for (Docker tenant : List.of(docker, other)) {
      String ids = tenant.ok("ps", "-aq");
      if (!ids.isEmpty()) {
        tenant.remove(ids.split("\n"));
      }
      tenant.run("image", "prune", "-af").ok();
      tenant.run("volume", "prune", "-f").ok();
    }
  }

  private static String[] megabytes(int count) {
    return new String[] {"dd", "if=/dev/zero", "of=/file", "bs=1M", "count=" + count};
  }

  private static void runs(Docker tenant, String name, String[] command, String... options) {
    List<String> words = new ArrayList<>(List.of("run", "--name", name));
    words.addAll(List.of(options));
    words.add("busybox");
    words.addAll(List.of(command));
    tenant.run(words.toArray(String[]::new)).ok();
  }

  @Test
  void df_counts_what_the_tenant_has_on_all_hosts_and_nothing_else() {
    for (int i = 1; i <= 3; i++) {
      runs(docker, "writer" + i, megabytes(i));
    }
    runs(other, "stranger", megabytes(9));
    docker.ok("volume", "create", "data");
    docker
        .run(
            "run",
            "--rm",
            "-v",
            "data:/d",
            "busybox",
            "dd",
            "if=/dev/zero",
            "of=/d/f",
            "bs=1M",
            "count=5")
        .ok();
    JsonNode df = api.get("/system/df").json();
    assertThat(df.path("Containers")).hasSize(3);
    for (JsonNode container : df.path("Containers")) {
      String name = container.path("Names").path(0).asText();
      int count = name.charAt(name.length() - 1) - '0';
      assertThat(container.path("SizeRw").asLong()).as(name).isEqualTo((long) count * MEGABYTE);
      assertThat(container.path("SizeRootFs").asLong())
          .isGreaterThan(container.path("SizeRw").asLong());
    }
    assertThat(df.path("Volumes")).hasSize(1);
    JsonNode usage = df.path("Volumes").path(0).path("UsageData");
    assertThat(usage.path("Size").asLong()).isEqualTo(5L * MEGABYTE);
    assertThat(usage.path("RefCount").asInt()).isZero();
    JsonNode busybox = df.path("Images").path(0);
    assertThat(busybox.path("Containers").asInt()).isEqualTo(3);
    assertThat(df.path("LayersSize").asLong()).isEqualTo(busybox.path("Size").asLong());
    assertThat(docker.run("system", "df", "-v").ok().out()).contains("writer3").contains("data");
  }

  @Test
  void layers_that_two_images_have_count_once_and_another_tenants_are_not_told() {
    runs(docker, "base", megabytes(2));
    docker.ok("commit", "base", "two");
    JsonNode df = api.get("/system/df").json();
    long shared = image(df, "busybox:latest").path("Size").asLong();
    assertThat(df.path("LayersSize").asLong()).isEqualTo(shared + 2 * MEGABYTE);
    assertThat(image(df, "two:latest").path("SharedSize").asLong()).isEqualTo(shared);
    assertThat(image(df, "busybox:latest").path("SharedSize").asLong()).isEqualTo(shared);
    JsonNode others = Api.as(other).get("/system/df").json();
    assertThat(image(others, "busybox:latest").path("SharedSize").asLong()).isZero();
  }

  private static JsonNode image(JsonNode df, String tag) {
    for (JsonNode image : df.path("Images")) {
      if (image.path("RepoTags").path(0).asText().equals(tag)) {
        return image;
      }
    }
    throw new AssertionError(tag + " is not in " + df);
  }

  @Test
  void sizes_are_in_a_list_that_asks_for_them() {
    runs(docker, "writer", megabytes(2));
    assertThat(docker.ok("ps", "-a", "--size", "--format", "{{.Size}}")).startsWith("2.1MB (");
    assertThat(api.get("/containers/json?all=1").json().path(0).has("SizeRw")).isFalse();
    assertThat(api.get("/containers/json?all=1&size=1").json().path(0).path("SizeRw").asLong())
        .isEqualTo(2L * MEGABYTE);
  }

  @Test
  void prune_removes_what_does_not_run_on_every_host_and_tells_the_room() {
    for (int i = 1; i <= 3; i++) {
      runs(docker, "done" + i, megabytes(i));
    }
    docker.ok("create", "--name", "created", "busybox");
    docker.ok("run", "-d", "--name", "running", "busybox", "sleep", "600");
    runs(other, "stranger", megabytes(1));
    JsonNode pruned = api.send("POST", "/containers/prune", "").json();
    assertThat(pruned.path("ContainersDeleted")).hasSize(4);
    assertThat(pruned.path("SpaceReclaimed").asLong()).isEqualTo(6L * MEGABYTE);
    assertThat(docker.ok("ps", "-a", "--format", "{{.Names}}")).isEqualTo("running");
    assertThat(other.ok("ps", "-a", "--format", "{{.Names}}")).isEqualTo("stranger");
    JsonNode again = api.send("POST", "/containers/prune", "").json();
    assertThat(again.path("ContainersDeleted").isNull()).isTrue();
    assertThat(again.path("SpaceReclaimed").asLong()).isZero();
    // The names are free.
    docker.ok("create", "--name", "done1", "busybox");
  }

  @Test
  void prune_keeps_what_its_filters_keep() {
    docker.ok("create", "--name", "kept", "--label", "keep=yes", "busybox");
    docker.ok("create", "--name", "gone", "--label", "keep=no", "busybox");
    docker.ok("container", "prune", "-f", "--filter", "until=1h");
    assertThat(docker.run("ps", "-aq").ok().lines()).hasSize(2);
    docker.ok("container", "prune", "-f", "--filter", "label=keep=no");
    assertThat(docker.ok("ps", "-a", "--format", "{{.Names}}")).isEqualTo("kept");
    docker.ok("container", "prune", "-f", "--filter", "label!=keep");
    assertThat(docker.ok("ps", "-a", "--format", "{{.Names}}")).isEqualTo("kept");
    assertThat(
            api.send("POST", "/containers/prune?filters={%22nonsense%22:[%22x%22]}", "").status())
        .isEqualTo(400);
    assertThat(api.send("POST", "/containers/prune?filters={%22until%22:[%22x%22]}", "").status())
        .isEqualTo(400);
  }
}
