package dev.berth.manager.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.manager.view.ImageName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistryCredentialsTest {

  @ParameterizedTest
  @CsvSource({
    "r.example:5000, r.example:5000/a, true",
    "https://r.example/v2/, r.example/a, true",
    "https://index.docker.io/v1/, busybox, true",
    "docker.io, a/b:1, true",
    "r.example, other.example/a, false",
    "r.example, busybox, false",
  })
  void a_registry_gets_its_own_password_alone(String registry, String name, boolean expected) {
    String header = "{\"%s\":{\"password\":\"p\"}}".formatted(registry);
    RegistryCredentials credentials =
        RegistryCredentials.parse(
            Base64.getUrlEncoder().encodeToString(header.getBytes(StandardCharsets.UTF_8)));
    String auth = credentials.of(ImageName.parse(name));
    assertThat(new String(Base64.getUrlDecoder().decode(auth), StandardCharsets.UTF_8))
        .isEqualTo(expected ? "{\"password\":\"p\"}" : "");
  }

  @ParameterizedTest
  @CsvSource({"''", "e30=", "e30", "%%%", "bm8=", "W10="})
  void what_cannot_be_read_is_none(String header) {
    assertThat(RegistryCredentials.parse(header).of(ImageName.parse("busybox"))).isEmpty();
  }
}
