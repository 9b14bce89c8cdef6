package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementHintsTest {

  @Test
  void constraints_affinities_and_a_strategy_are_told_apart() throws Exception {
    PlacementHints hints =
        PlacementHints.of(
            List.of(
                "constraint:zone==a",
                "affinity:container!=web",
                "strategy:binpack",
                "reschedule:on-node-failure"));
    assertThat(hints.expressions().constraints()).hasSize(1);
    assertThat(hints.expressions().affinities()).hasSize(1);
    assertThat(hints.strategy()).contains(PlacementHints.Choice.BINPACK);
  }

  @Test
  void what_is_only_wanted_can_be_left_out() throws Exception {
    PlacementHints required =
        PlacementHints.of(
                List.of(
                    "constraint:zone==~a",
                    "constraint:disk==ssd",
                    "affinity:container!=~web",
                    "strategy:binpack",
                    "reschedule:off"))
            .required();
    assertThat(required)
        .isEqualTo(
            PlacementHints.of(
                List.of("constraint:disk==ssd", "strategy:binpack", "reschedule:off")));
    assertThat(required.texts()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constraint:zone",
        "constraint:==a",
        "constraint:zone==",
        "constraint:zone==/(/",
        "strategy:best",
        "strategy:BINPACK",
        "reschedule:always"
      })
  void what_cannot_be_read_is_refused_with_its_kind(String hint) {
    assertThatThrownBy(() -> PlacementHints.of(List.of(hint)))
        .isInstanceOf(PlacementHints.MalformedException.class)
        .hasMessageStartingWith(hint.substring(0, hint.indexOf(':')) + " \"");
  }
}
