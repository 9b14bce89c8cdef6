package dev.berth.manager.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageNameTest {
  private static final String DIGEST = "sha256:" + "0a".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "busybox, busybox:latest, docker.io/library/busybox",
    "docker.io/library/busybox:1, busybox:1, docker.io/library/busybox",
    "index.docker.io/busybox, busybox:latest, docker.io/library/busybox",
    "acme/web:2, acme/web:2, docker.io/acme/web",
    "docker.io/acme/web, acme/web:latest, docker.io/acme/web",
    "localhost/web, localhost/web:latest, localhost/web",
    "host:5000/web, host:5000/web:latest, host:5000/web",
    "host:5000/a/b:c, host:5000/a/b:c, host:5000/a/b",
    "a.b/c, a.b/c:latest, a.b/c",
  })
  void a_name_is_read_as_an_engine_reads_it(String text, String familiar, String whole) {
    ImageName name = ImageName.parse(text).tagged();
    assertThat(name.familiar()).isEqualTo(familiar);
    assertThat(name.domain() + "/" + name.path()).isEqualTo(whole);
  }

  @Test
  void a_digest_needs_no_tag_and_counts_more_than_one() {
    ImageName name = ImageName.parse("web:1@" + DIGEST);
    assertThat(name.tagged()).isEqualTo(name);
    assertThat(name.key()).isEqualTo("web@" + DIGEST);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "UPPER, invalid reference format: repository name must be lowercase",
        "a/B:c, invalid reference format: repository name must be lowercase",
        "a//b, invalid reference format",
        "\"\", invalid reference format",
        "-a, invalid reference format",
        "a:, invalid reference format",
        "a b, invalid reference format",
        "a@sha256:abc, invalid reference format",
        "a@sha512:00000000000000000000000000000000, unsupported digest algorithm",
        "a@sha256:00000000000000000000000000000000, invalid checksum digest length",
      })
  void what_is_no_name_is_told_in_the_engines_words(String text, String message) {
    assertThatThrownBy(() -> ImageName.parse(text)).hasMessage(message);
  }

  @Test
  void a_whole_id_is_no_name() {
    assertThatThrownBy(() -> ImageName.parse("a".repeat(64)))
        .hasMessageContaining("cannot specify 64-byte hexadecimal strings");
  }

  @Property
  void the_familiar_form_means_the_same(
      @ForAll
          @StringLength(max = 20)
          @CharRange(from = '-', to = ':')
          @CharRange(from = 'a', to = 'e')
          String text) {
    ImageName name;
    try {
      name = ImageName.parse(text);
    } catch (ImageName.InvalidImageNameException e) {
      return;
    }
    assertThat(ImageName.parse(name.familiar())).isEqualTo(name);
  }
}
