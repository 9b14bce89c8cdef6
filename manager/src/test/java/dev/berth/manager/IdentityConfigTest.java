package dev.berth.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.manager.keystone.KeystoneConfig;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.Role;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class IdentityConfigTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Optional<KeystoneConfig> KEYSTONE =
      Optional.of(
          new KeystoneConfig(
              URI.create("http://127.0.0.1:5000"),
              KeystoneConfig.Version.V3,
              Map.of("member", Role.MEMBER),
              Optional.empty(),
              MINUTE,
              Optional.empty()));

  @Test
  void all_that_are_configured_are_on_when_none_is_named() {
    assertThat(IdentityConfig.all(Optional.empty(), MINUTE).sources())
        .containsExactlyInAnyOrder(IdentitySource.OWN, IdentitySource.CERTIFICATES);
    assertThat(IdentityConfig.all(KEYSTONE, MINUTE).sources())
        .containsExactlyInAnyOrder(IdentitySource.values());
  }

  @Test
  void what_is_named_is_on_and_nothing_else() {
    assertThat(IdentityConfig.of(List.of("keystone"), KEYSTONE, MINUTE).sources())
        .containsExactly(IdentitySource.KEYSTONE);
  }

  @Test
  void what_cannot_be_is_refused_with_what_to_do() {
    assertThatThrownBy(() -> IdentityConfig.of(List.of("ldap"), KEYSTONE, MINUTE))
        .hasMessageContaining("no such source of callers: \"ldap\"");
    assertThatThrownBy(() -> IdentityConfig.of(List.of(), KEYSTONE, MINUTE))
        .hasMessageContaining("name at least one");
    assertThatThrownBy(() -> IdentityConfig.of(List.of("keystone"), Optional.empty(), MINUTE))
        .hasMessageContaining("set keystone.url");
  }
}
