package dev.berth.manager.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.Placer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

  @Test
  void a_place_is_asked_for_under_the_name_of_the_end() throws Exception {
    List<Placer.Wanted> asked = new ArrayList<>();
    Containers containers = containersThatAsk(asked);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("Labels").put(Labels.MOVE, mark.text()).put(Labels.IMAGE, "busybox");

    assertThatThrownBy(
            () ->
                containers.replace(
                    mark.wanted(new TenantId("acme"), body, mark.image(), "1.41", Set.of()),
                    _ -> {}))
        .isInstanceOf(NoLeaderException.class);

    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().name()).isEqualTo("web");
    assertThat(asked.getFirst().replaced()).contains(mark.of());
    assertThat(asked.getFirst().kind()).isEqualTo(Placer.Kind.REPLACEMENT);
  }

  /** They get no place, and so need nothing else. */
  private static Containers containersThatAsk(List<Placer.Wanted> asked) {
    Placer placer =
        (Placer)
            Proxy.newProxyInstance(
                MoveMarkTest.class.getClassLoader(),
                new Class<?>[] {Placer.class},
                (_, _, arguments) -> {
                  asked.add((Placer.Wanted) arguments[0]);
                  throw new NoLeaderException("nobody leads");
                });
    return new Containers(null, null, null, placer, null, null, null, null, null, null, null, null);
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
