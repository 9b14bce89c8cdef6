package dev.berth.scheduler.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HintsTest {

  @Test
  void hints_are_taken_out_of_the_environment() throws Exception {
    Hints.Taken taken =
        Hints.take(
            List.of("PATH=/bin", "constraint:zone==a", "affinity:container!=web", "constraint=1"),
            Map.of());

    assertThat(taken.environment()).containsExactly("PATH=/bin", "constraint=1");
    assertThat(shown(taken.hints().constraints())).containsExactly("zone==a");
    assertThat(shown(taken.hints().affinities())).containsExactly("container!=web");
  }

  @Test
  void hints_are_read_from_swarms_labels_and_berths() throws Exception {
    Hints hints =
        Hints.take(
                List.of(),
                Map.of(
                    "com.docker.swarm.constraints", List.of("disk==ssd", "zone==~a"),
                    "com.docker.swarm.affinities", List.of("image==redis"),
                    "berth.constraint", List.of("zone!=b"),
                    "berth.affinity", List.of("container!=~x"),
                    "com.example.other", List.of("not an expression")))
            .hints();

    assertThat(shown(hints.constraints()))
        .containsExactlyInAnyOrder("disk==ssd", "zone==~a", "zone!=b");
    assertThat(shown(hints.affinities()))
        .containsExactlyInAnyOrder("image==redis", "container!=~x");
  }

  @Test
  void hints_that_have_been_found_are_parsed_by_their_kind() throws Exception {
    Hints hints = Hints.parse(List.of("constraint:zone==a", "affinity:image==b:1"));

    assertThat(shown(hints.constraints())).containsExactly("zone==a");
    assertThat(shown(hints.affinities())).containsExactly("image==b:1");
  }

  @Test
  void a_kind_that_is_unknown_is_refused_and_not_ignored() {
    assertThatThrownBy(() -> Hints.parse(List.of("blacklist:node==a")))
        .isInstanceOf(MalformedHintException.class)
        .hasMessage(
            "placement hint \"blacklist:node==a\" is invalid:"
                + " begin it with constraint:, affinity:, whitelist: or spread:");
  }

  @Test
  void a_bad_expression_is_named_in_the_message() {
    assertThatThrownBy(() -> Hints.take(List.of("constraint:zone=a"), Map.of()))
        .isInstanceOf(MalformedHintException.class)
        .hasMessage("constraint \"zone=a\" is invalid: one of the operators == and != is expected");
  }

  @Test
  void there_is_a_bound_on_their_number() {
    assertThatThrownBy(() -> Hints.parse(Collections.nCopies(65, "constraint:zone==a")))
        .isInstanceOf(MalformedHintException.class)
        .hasMessageContaining("more than 64");
  }

  @Test
  void the_required_ones_are_those_that_are_not_soft() throws Exception {
    Hints hints = Hints.parse(List.of("constraint:zone==a", "affinity:container==~x"));

    assertThat(hints.hasSoft()).isTrue();
    assertThat(hints.required()).isEqualTo(Hints.parse(List.of("constraint:zone==a")));
    assertThat(hints.required().hasSoft()).isFalse();
  }

  private static List<String> shown(List<Expression> expressions) {
    return expressions.stream().map(Expression::toString).toList();
  }
}
