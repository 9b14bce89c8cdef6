package dev.berth.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OvercommitTest {

  @Test
  void each_resource_has_a_percentage_of_its_own() {
    assertThat(Overcommit.parse("cpus=50, memory=5%,disk=20,pids=100"))
        .isEqualTo(new Overcommit(50, 5, Map.of(ResourceKind.DISK, 20, ResourceKind.PIDS, 100)));
    assertThat(Overcommit.parse("disk=20"))
        .isEqualTo(new Overcommit(0, 0, Map.of(ResourceKind.DISK, 20)));
  }

  @Test
  void so_much_more_than_there_is_of_a_resource_can_be_reserved() {
    Extras limit =
        Overcommit.parse("disk=20,pids=100")
            .limit(
                Extras.of(ResourceKind.DISK, 1_000)
                    .plus(Extras.of(ResourceKind.PIDS, 30))
                    .plus(Extras.of(ResourceKind.GPU, 2)));

    assertThat(limit.of(ResourceKind.DISK)).isEqualTo(1_200);
    assertThat(limit.of(ResourceKind.PIDS)).isEqualTo(60);
    assertThat(limit.of(ResourceKind.GPU)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "gpu=5, invalid overcommit of gpu: use cpus",
    "lots, invalid overcommit of lots: use cpus",
    "disk=many, use a number of percent",
    "pids=-1, use 0 to 1000 percent",
  })
  void what_cannot_be_promised_twice_is_refused(String text, String sentence) {
    assertThatThrownBy(() -> Overcommit.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }
}
