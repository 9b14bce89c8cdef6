package dev.berth.common.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ThresholdsTest {
  private final Thresholds thresholds = Thresholds.parse("85,95");

  @Test
  void a_level_begins_at_its_threshold() {
    assertThat(thresholds.after(Level.NONE, 0.849)).isEqualTo(Level.NONE);
    assertThat(thresholds.after(Level.NONE, 0.85)).isEqualTo(Level.AVOID);
    assertThat(thresholds.after(Level.NONE, 0.95)).isEqualTo(Level.REFUSE);
  }

  @Test
  void a_level_ends_only_well_below_it() {
    assertThat(thresholds.after(Level.AVOID, 0.81)).isEqualTo(Level.AVOID);
    assertThat(thresholds.after(Level.AVOID, 0.79)).isEqualTo(Level.NONE);
    assertThat(thresholds.after(Level.REFUSE, 0.91)).isEqualTo(Level.REFUSE);
    assertThat(thresholds.after(Level.REFUSE, 0.89)).isEqualTo(Level.AVOID);
    assertThat(thresholds.after(Level.REFUSE, 0.5)).isEqualTo(Level.NONE);
  }

  @Test
  void thresholds_that_make_no_sense_are_refused() {
    for (String text : new String[] {"", "85", "95,85", "0,50", "50,101", "a,b", "1,2,3"}) {
      assertThatThrownBy(() -> Thresholds.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
