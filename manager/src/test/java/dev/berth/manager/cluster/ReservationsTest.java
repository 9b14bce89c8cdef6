package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.resource.Resources;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.View;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.Host;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Placement;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.ResourceKind;
import dev.berth.scheduler.expression.Hints;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.quota.Quota;
import dev.berth.scheduler.strategy.Spread;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReservationsTest {
  private final Reservations reservations =
      new Reservations(
          new View(new MovableClock(), new Events()), Resources.NONE, _ -> Allotment.NONE);
  private final Fleet fleet = new Fleet(Filters.STANDARD, new Spread(), Overcommit.DEFAULT);

  private Host host(Map<String, String> labels) {
    return reservations.host(
        Placers.host(Placers.H1).descriptor(), labels, HostCondition.HEALTHY, Pressure.NONE);
  }

  private Request sized(String size) {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, "");
    ObjectNode hostConfig = (ObjectNode) wanted.body().path("HostConfig");
    hostConfig.putObject("StorageOpt").put("size", size);
    return reservations.asked(wanted, wanted.body(), Hints.NONE);
  }

  @ParameterizedTest
  @CsvSource({"10G, 10737418240", "1.5g, 1610612736", "10GiB, 10737418240", "'', 0", "all, 0"})
  void a_size_of_its_disk_is_what_a_container_reserves(String size, long bytes) {
    assertThat(sized(size).demands().extras().of(ResourceKind.DISK)).isEqualTo(bytes);
  }

  @Test
  void a_host_that_says_how_much_disk_it_has_gives_no_more_of_it() {
    fleet.upsert(host(Map.of(HostResources.LABEL, "disk=15g")));

    assertThat(fleet.place(sized("10g"))).isInstanceOf(Placement.Placed.class);
    assertThat(fleet.place(sized("6g"))).isInstanceOf(Placement.Refused.class);
    assertThat(fleet.place(sized("5g"))).isInstanceOf(Placement.Placed.class);
  }

  @Test
  void a_host_that_does_not_say_it_gives_any() {
    fleet.upsert(host(Map.of()));

    assertThat(fleet.place(sized("900t"))).isInstanceOf(Placement.Placed.class);
  }

  @Test
  void a_host_may_promise_more_disk_than_it_has() {
    fleet.upsert(
        host(Map.of(HostResources.LABEL, "disk=10g", "berth.overcommit", "disk=50,memory=5")));

    assertThat(fleet.place(sized("15g"))).isInstanceOf(Placement.Placed.class);
    assertThat(fleet.place(sized("1"))).isInstanceOf(Placement.Refused.class);
  }

  @Test
  void a_quota_of_disk_counts_the_sizes_that_containers_are_given()
      throws RefusedPlacementException {
    QuotaBook quotas = new QuotaBook(_ -> Allotment.of(Quota.of(Map.of("disk", "20g"))));
    quotas.take(Placer.Kind.CONTAINER, sized("15g"));

    assertThatThrownBy(() -> quotas.take(Placer.Kind.CONTAINER, sized("10g")))
        .isInstanceOf(RefusedPlacementException.class)
        .hasMessageContaining("of disk this tenant may have 20GiB, has 15GiB");
    quotas.take(Placer.Kind.CONTAINER, sized("5g"));
  }

  @Test
  void the_version_of_its_engine_is_among_what_constraints_see() {
    assertThat(host(Map.of()).labels()).containsEntry("engineversion", "20.10.24");
  }
}
