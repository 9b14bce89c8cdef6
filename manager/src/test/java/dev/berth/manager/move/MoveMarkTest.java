package dev.berth.manager.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.RecordId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MoveMarkTest {
  private final MoveMark mark =
      new MoveMark(
          RecordId.random(),
          new HostId("h1"),
          new ContainerName("web"),
          new ImageId("sha256:" + "a".repeat(64)),
          true,
          false);

  @Test
  void a_mark_is_read_as_it_was_written() {
    assertThat(MoveMark.parse(mark.text())).contains(mark);
  }

  @Test
  void the_passing_name_is_known_as_one_and_no_other_is() {
    assertThat(MoveMark.isPassing(mark.passing().value())).isTrue();
    assertThat(MoveMark.isPassing("web")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "x", "[]", "{\"of\":1}", "{\"name\":\"web\"}"})
  void what_is_no_mark_is_none(String text) {
    assertThat(MoveMark.parse(text)).isEmpty();
  }
}
