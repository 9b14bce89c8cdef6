package dev.berth.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.wire.TenantGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlGroupsTest {
  private static final String NAME = "/berth/acme";

  @TempDir private Path root;
  private ControlGroups groups;

  @BeforeEach
  void begin() {
    groups = new ControlGroups(root);
  }

  private void version1() throws IOException {
    Files.createDirectories(root.resolve("pids"));
    Files.createDirectories(root.resolve("memory"));
  }

  private void version2() throws IOException {
    Files.writeString(root.resolve("cgroup.controllers"), "cpu memory pids");
  }

  private String read(String file) throws IOException {
    return Files.readString(root.resolve(file));
  }

  @Test
  void version_1_has_a_group_with_its_limit_in_each_hierarchy() throws IOException {
    version1();
    groups.ensure(new TenantGroup(NAME, 100, 4096));
    assertThat(read("pids/berth/acme/pids.max")).isEqualTo("100");
    assertThat(read("memory/berth/acme/memory.limit_in_bytes")).isEqualTo("4096");
    groups.ensure(new TenantGroup(NAME, 0, 0));
    assertThat(read("pids/berth/acme/pids.max")).isEqualTo("max");
    assertThat(read("memory/berth/acme/memory.limit_in_bytes")).isEqualTo("-1");
  }

  @Test
  void version_2_has_one_group_and_the_controllers_all_the_way_to_it() throws IOException {
    version2();
    groups.ensure(new TenantGroup(NAME, 100, 4096));
    assertThat(read("berth/acme/pids.max")).isEqualTo("100");
    assertThat(read("berth/acme/memory.max")).isEqualTo("4096");
    assertThat(read("cgroup.subtree_control")).isEqualTo("+memory +pids");
    assertThat(read("berth/cgroup.subtree_control")).isEqualTo("+memory +pids");
    assertThat(root.resolve("berth/acme/cgroup.subtree_control")).doesNotExist();
  }

  @Test
  void memory_is_never_limited_below_what_containers_were_promised() throws IOException {
    version1();
    groups.ensure(new TenantGroup(NAME, 100, 4096));
    for (String container : new String[] {"one", "two"}) {
      Path below = Files.createDirectories(root.resolve("memory/berth/acme/" + container));
      Files.writeString(below.resolve("memory.limit_in_bytes"), "1500\n");
    }
    groups.ensure(new TenantGroup(NAME, 100, 2000));
    assertThat(read("memory/berth/acme/memory.limit_in_bytes")).isEqualTo("4096");
    groups.ensure(new TenantGroup(NAME, 100, 3000));
    assertThat(read("memory/berth/acme/memory.limit_in_bytes")).isEqualTo("3000");
  }

  @Test
  void a_container_without_a_limit_is_promised_nothing() throws IOException {
    version1();
    Path below = Files.createDirectories(root.resolve("memory/berth/acme/one"));
    Files.writeString(below.resolve("memory.limit_in_bytes"), "9223372036854771712\n");
    groups.ensure(new TenantGroup(NAME, 100, 2000));
    assertThat(read("memory/berth/acme/memory.limit_in_bytes")).isEqualTo("2000");
  }

  @Test
  void empty_groups_go_and_those_in_use_stay() throws IOException {
    version1();
    Files.createDirectories(root.resolve("memory/berth/empty"));
    Files.createDirectories(root.resolve("memory/berth/used/container"));
    Files.createDirectories(root.resolve("memory/other/empty"));
    groups.sweep("/berth");
    assertThat(root.resolve("memory/berth/empty")).doesNotExist();
    assertThat(root.resolve("memory/berth/used/container")).exists();
    assertThat(root.resolve("memory/other/empty")).exists();
  }

  @Test
  void a_machine_without_control_groups_and_a_slice_of_systemd_are_left_alone() {
    groups.ensure(new TenantGroup(NAME, 100, 4096));
    groups.ensure(new TenantGroup("berth-acme.slice", 100, 4096));
    assertThat(root).isEmptyDirectory();
  }
}
