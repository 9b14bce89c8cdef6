package dev.berth.manager.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private final StrictJson json = new StrictJson();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"a\":1,\"\\u0061\":2}",
        "{} {}",
        "{}x",
        "[]",
        "null",
        "\"text\"",
        "{\"a\":NaN}",
        "{'a':1}",
        "{\"a\":1,}",
        "{/* comment */}",
        "{\"a\":\"\\ud800\"}",
        "{\"\\udc00\":1}",
        "{",
        " ",
      })
  void what_two_readers_could_take_differently_is_refused(String body) {
    assertThatThrownBy(() -> json.object(body.getBytes(UTF_8)))
        .isInstanceOf(MalformedBodyException.class);
  }

  @Test
  void no_body_is_an_empty_object() {
    assertThat(json.object(new byte[0])).isEmpty();
  }

  @Test
  void a_character_beyond_the_basic_plane_is_whole() {
    assertThat(json.object("{\"a\":\"\\ud83d\\udc33\"}".getBytes(UTF_8)).get("a").textValue())
        .isEqualTo("🐳");
  }

  @Test
  void depth_is_bounded() {
    String deep = "{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}";

    assertThatThrownBy(() -> json.object(deep.getBytes(UTF_8)))
        .isInstanceOf(MalformedBodyException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tty", "TTY", "Detach\u017f"})
  void a_known_name_in_another_case_is_refused(String name) {
    assertThatThrownBy(
            () ->
                json.object(
                    "{\"%s\":true}".formatted(name).getBytes(UTF_8), Set.of("Tty", "DetachS")))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining(name);
  }
}
