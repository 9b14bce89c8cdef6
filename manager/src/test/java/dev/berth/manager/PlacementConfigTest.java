package dev.berth.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.tenant.Flavors;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.quota.Flavor;
import dev.berth.scheduler.quota.Quantity;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PlacementConfigTest {
  private static final Map<String, String> FLAVORS = Map.of("small", "0.5/512m", "wide", "-/1g");

  private static final PlacementConfig PLAIN =
      PlacementConfig.of("balanced", Duration.ofSeconds(7));

  @Test
  void what_people_write_is_read() {
    PlacementConfig config =
        PLAIN
            .promising(Map.of("cpus", "100", "memory", "25%"))
            .keeping(Map.of("cpus", "0.5", "memory", "512m"))
            .flavored("enforced", FLAVORS)
            .usually("wide")
            .allotting(Map.of("containers", "9"));
    assertThat(config.strategy()).isEqualTo(PlacementHints.Choice.BALANCED);
    assertThat(config.overcommit()).isEqualTo(new Overcommit(100, 25, Map.of()));
    assertThat(config.reserve())
        .isEqualTo(new Resources(new NanoCpus(500_000_000), new Bytes(512L << 20)));
    assertThat(config.flavors().mode()).isEqualTo(Flavors.Mode.ENFORCED);
    assertThat(config.flavors().all()).hasSize(2);
    assertThat(config.flavors().usual()).isEqualTo(Flavor.parse("wide", "-/1g"));
    assertThat(config.usual().quota().limit(Quantity.CONTAINERS)).hasValue(9L);
    assertThat(config.rescheduleAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void what_is_not_written_is_nothing() {
    assertThat(PLAIN.promising(Map.of("cpus", "50")).overcommit())
        .isEqualTo(new Overcommit(50, 0, Map.of()));
    assertThat(PLAIN.keeping(Map.of("memory", "1g")).reserve())
        .isEqualTo(new Resources(new NanoCpus(0), new Bytes(1L << 30)));
    assertThat(PLAIN.reserve()).isEqualTo(Resources.NONE);
    assertThat(PLAIN.overcommit()).isEqualTo(Overcommit.DEFAULT);
    assertThat(PLAIN.flavors().mode()).isEqualTo(Flavors.Mode.OFF);
    assertThat(PLAIN.usual().quota().limits()).isEmpty();
  }

  @Test
  void a_host_keeps_cpus_and_memory_alone() {
    assertRefused(
        () -> PLAIN.keeping(Map.of("cpus", "1", "pids", "5")),
        "a host keeps cpus and memory for itself, and nothing else: leave out pids");
    assertRefused(() -> PLAIN.keeping(Map.of("memory", "lots")), "invalid amount of memory");
  }

  @Test
  void what_cannot_be_promised_flavored_or_counted_is_refused_with_a_sentence() {
    assertRefused(() -> PLAIN.promising(Map.of("gpu", "5")), "invalid overcommit of gpu");
    assertRefused(() -> PLAIN.promising(Map.of("cpus", "-1")), "use 0 to 1000 percent");
    assertRefused(() -> PLAIN.allotting(Map.of("ram", "4g")), "there is no quota of ram");
    assertRefused(() -> PLAIN.flavored("off", Map.of("small", "1")), "invalid flavor small=1");
    assertRefused(
        () -> PLAIN.flavored("off", FLAVORS).usually("huge"),
        "there is no flavor huge; there are ");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
