package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.ResourceKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dev/fuse",
        "/dev/disk/by-path/pci-0000:00:1f.2",
        "/dev/.hidden",
        "/dev/..x",
        "vendor.com/class=card0",
        "vendor.com/class.sub=card0:1",
        "nvidia.com/gpu=0",
      })
  void a_device_is_called_by_its_path_or_its_cdi_name(String name) {
    assertThat(DeviceNames.isOne(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//dev/x",
        "/dev/",
        "/dev//x",
        "/dev/./x",
        "/dev/../x",
        "/dev/..",
        "dev/x",
        "/dev/a b",
        "/dev/a,b",
        "/dev/a=b",
        "0",
        "vendor.com/class",
        "vendor.com/class=",
        "vendor.com/.class=a",
      })
  void what_has_another_spelling_or_is_no_name_is_none(String name) {
    assertThat(DeviceNames.isOne(name)).isFalse();
  }

  @Test
  void a_name_is_no_longer_than_that_of_any_resource() {
    String longest = "/" + "x".repeat(ResourceKind.MAX_CHARS - 1);

    assertThat(DeviceNames.isOne(longest)).isTrue();
    assertThat(DeviceNames.isOne(longest + "x")).isFalse();
  }
}
