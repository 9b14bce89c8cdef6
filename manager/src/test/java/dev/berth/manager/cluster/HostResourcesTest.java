package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.scheduler.Extras;
import dev.berth.scheduler.ResourceKind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
