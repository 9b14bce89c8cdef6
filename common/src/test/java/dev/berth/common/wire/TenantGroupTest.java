package dev.berth.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TenantGroupTest {

  @Test
  void a_header_says_the_group_with_its_limits() {
    TenantGroup group = new TenantGroup("/berth/acme", 16384, 1L << 40);
    assertThat(TenantGroup.parse(group.header())).isEqualTo(group);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "berth",
        "/berth/../x",
        "/berth//x",
        "/.",
        "/a b",
        "../x.slice",
        "/x;1",
        ".slice"
      })
  void what_leads_elsewhere_is_no_group(String name) {
    assertThatThrownBy(() -> new TenantGroup(name, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("invalid control group");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/berth", "/berth;1", "/berth;1;x", "/berth;-1;0", "/berth;1;2;3"})
  void what_is_no_header_is_refused(String header) {
    assertThatThrownBy(() -> TenantGroup.parse(header))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
