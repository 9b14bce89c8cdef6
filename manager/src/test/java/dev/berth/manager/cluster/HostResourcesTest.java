package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.scheduler.Extras;
import dev.berth.scheduler.ResourceKind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostResourcesTest {
  @Test
  void a_label_says_what_a_host_has() {
    assertThat(HostResources.parse("gpu=4, disk=500g,pids=30000"))
        .isEqualTo(
            new Extras(
                Map.of(
                    ResourceKind.GPU,
                    4L,
                    ResourceKind.DISK,
                    500L << 30,
                    ResourceKind.PIDS,
                    30_000L)));
  }

  @Test
  void devices_are_declared_by_their_paths_or_cdi_names_and_how_many_may_have_each() {
    assertThat(HostResources.parse("/dev/fuse=2,gpu=1,vendor.com/class.sub=dev-0:1=3"))
        .isEqualTo(
            new Extras(
                Map.of(
                    new ResourceKind("/dev/fuse"),
                    2L,
                    ResourceKind.GPU,
                    1L,
                    new ResourceKind("vendor.com/class.sub=dev-0:1"),
                    3L)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/dev/fuse | invalid amount of /dev/fuse \"\"",
        "/dev/fuse= | invalid amount of /dev/fuse \"\": use how many containers may have it at"
            + " once, as /dev/fuse=1",
        "/dev/fuse=0 | invalid amount of /dev/fuse \"0\"",
        "/dev/fuse=-1 | invalid amount of /dev/fuse \"-1\"",
        "/dev/fuse=one | invalid amount of /dev/fuse \"one\"",
        "/=x/y=1 | invalid resource",
        "/dev/fuse/=1 | invalid resource \"/dev/fuse/=1\"",
        "/dev/../dev/fuse=1 | invalid resource",
        "/=1 | invalid resource \"/=1\"",
        "vendor.com/class=1 | invalid resource \"vendor.com/class=1\"",
        "fpga=1 | use gpu, disk, pids, and devices by their paths or CDI names",
      })
  void a_device_that_is_declared_wrongly_is_refused_by_its_name(String text, String message) {
    assertThatThrownBy(() -> HostResources.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "gpu=many", "fpga=1", "gpu=-1", "gpu=1,,disk=1g", "disk=x"})
  void a_label_that_says_something_else_is_refused_with_what_it_can_say(String text) {
    assertThatThrownBy(() -> HostResources.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use");
  }

  @Test
  void an_engines_own_label_that_nobody_understands_says_nothing() {
    assertThat(HostResources.of(Map.of("berth.resources", "lots"))).isEqualTo(Extras.NONE);
    assertThat(HostResources.of(Map.of())).isEqualTo(Extras.NONE);
  }

  @Test
  void of_an_engines_own_label_what_is_understood_holds_beside_what_is_not() {
    assertThat(
            HostResources.of(
                Map.of("berth.resources", "fpga=1,gpu=2,disk=x,/dev/a/=1,/dev/b=1,/dev/c=0,")))
        .isEqualTo(new Extras(Map.of(ResourceKind.GPU, 2L, new ResourceKind("/dev/b"), 1L)));
  }
}
