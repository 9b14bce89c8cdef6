package dev.berth.manager.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.ContainerRecord;
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
    assertThat(MoveMark.canBePassing(mark.passing().value())).isTrue();
    assertThat(MoveMark.canBePassing("web")).isFalse();
  }

  @Test
  void what_a_tenant_calls_so_is_not_on_its_way() {
    assertThat(MoveMark.isPassing(record("web.moving", mark.text()))).isTrue();
    assertThat(MoveMark.isPassing(record("web.moving", ""))).isFalse();
    assertThat(MoveMark.isPassing(record("other.moving", mark.text()))).isFalse();
    assertThat(MoveMark.isPassing(record("web", mark.text()))).isFalse();
  }

  private static ContainerRecord record(String name, String label) {
    JsonNode spec =
        JsonNodeFactory.instance
            .objectNode()
            .set("Labels", JsonNodeFactory.instance.objectNode().put(Labels.MOVE, label));
    return new ContainerRecord(
        RecordId.random().value(),
        "acme",
        name,
        "h2",
        ContainerRecord.State.SETTLED,
        "b".repeat(64),
        0,
        1,
        spec);
  }

  @Test
  void a_name_of_any_length_has_a_passing_one_of_its_own() {
    ContainerName one = new ContainerName("a".repeat(255));
    ContainerName two = new ContainerName("a".repeat(254) + "b");

    assertThat(MoveMark.passing(one)).isNotEqualTo(MoveMark.passing(two));
    assertThat(MoveMark.canBePassing(MoveMark.passing(one).value())).isTrue();
    assertThat(MoveMark.passing(new ContainerName("web")).value()).isEqualTo("web.moving");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "x", "[]", "{\"of\":1}", "{\"name\":\"web\"}"})
  void what_is_no_mark_is_none(String text) {
    assertThat(MoveMark.parse(text)).isEmpty();
  }
}
