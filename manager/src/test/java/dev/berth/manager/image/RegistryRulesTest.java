package dev.berth.manager.image;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryRulesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1.2.3:5000",
        "localhost:5000",
        "[::1]:5000",
        "169.254.169.254",
        "[fe80::1]:80",
        "0.0.0.0:80",
        "[::]:80",
        "[::ffff:127.0.0.1]:80"
      })
  void the_hosts_own_addresses_are_refused_unless_they_are_allowed(String registry) {
    assertThatThrownBy(() -> new RegistryRules(List.of()).require(registry))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(registry);
    assertThatCode(() -> new RegistryRules(List.of(registry)).require(registry))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3:5000", "192.168.1.1", "[2001:db8::1]:5000", "no-such.invalid"})
  void others_are_not(String registry) {
    assertThatCode(() -> new RegistryRules(List.of()).require(registry)).doesNotThrowAnyException();
  }
}
