package dev.berth.scheduler;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.hostId;
import static dev.berth.scheduler.RequestBuilder.id;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.common.id.ContainerName;
import dev.berth.common.resource.Resources;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.strategy.Spread;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetTest {
  private final Fleet fleet = new Fleet(Filters.STANDARD, new Spread(), Overcommit.DEFAULT);

  @Test
  void a_container_has_its_reservation_until_it_is_released() {
    fleet.upsert(host("h1").memory(100).build());
    fleet.place(request(1).memory(100).build());

    assertThat(fleet.place(request(2).memory(100).build())).isInstanceOf(Refused.class);
    fleet.release(id(1));

    assertThat(fleet.place(request(2).memory(100).build()))
        .isEqualTo(new Placed(id(2), hostId("h1")));
  }

  @Test
  void a_stopped_container_keeps_its_reservation() {
    fleet.upsert(host("h1").build());
    fleet.place(request(1).tcp(80).named("web").build());

    fleet.upsert(host("h1").is(HostCondition.UNREACHABLE).build());
    fleet.upsert(host("h1").build());

    assertThat(fleet.place(request(2).tcp(80).build())).isInstanceOf(Refused.class);
  }

  @Test
  void of_hosts_that_are_as_good_one_that_has_the_image_is_chosen() {
    for (String name : new String[] {"h1", "h2", "h3", "h4"}) {
      fleet.upsert(host(name).memory(1_000).build());
    }
    assertThat(fleet.place(request(1).memory(100).imageOn("h4", "h3", "gone").build()))
        .isEqualTo(new Placed(id(1), hostId("h3")));
    // A host with fewer containers comes first, and one that is less full before that.
    assertThat(fleet.place(request(2).memory(100).imageOn("h3").build()))
        .isEqualTo(new Placed(id(2), hostId("h1")));
    assertThat(fleet.place(request(3).imageOn("h3").build()))
        .isEqualTo(new Placed(id(3), hostId("h2")));
  }

  @Test
  void a_host_that_has_the_image_is_not_chosen_over_a_filter() {
    fleet.upsert(host("h1").label("zone", "a").build());
    fleet.upsert(host("h2").label("zone", "b").build());
    fleet.upsert(host("h3").is(HostCondition.CORDONED).build());
    assertThat(fleet.place(request(1).hint("constraint:zone==a").imageOn("h2", "h3").build()))
        .isEqualTo(new Placed(id(1), hostId("h1")));
  }

  @Test
  void five_percent_more_than_the_capacity_can_be_reserved() {
    fleet.upsert(host("h1").memory(100).build());

    assertThat(fleet.place(request(1).memory(106).build())).isInstanceOf(Refused.class);
    assertThat(fleet.place(request(2).memory(105).build())).isInstanceOf(Placed.class);
  }

  @Test
  void a_known_reservation_is_installed_even_over_the_capacity() {
    fleet.upsert(host("h1").memory(100).build());
    fleet.reserve(hostId("h1"), request(1).memory(90).build());
    fleet.reserve(hostId("h1"), request(2).memory(90).build());

    assertThat(fleet.host(hostId("h1")).orElseThrow().used().memory().value()).isEqualTo(180);
    assertThat(fleet.place(request(3).memory(1).build())).isInstanceOf(Refused.class);
    assertThat(fleet.place(request(4).build())).isInstanceOf(Placed.class);
  }

  @Test
  void a_reservation_can_be_installed_before_its_host_is_known() {
    fleet.reserve(hostId("h1"), request(1).tcp(80).build());
    assertThat(fleet.place(request(2).build())).isInstanceOf(Refused.class);

    fleet.upsert(host("h1").build());

    assertThat(fleet.place(request(3).tcp(80).build())).isInstanceOf(Refused.class);
    assertThat(fleet.place(request(4).build())).isInstanceOf(Placed.class);
  }

  @Test
  void reserving_again_replaces_what_was_reserved() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").build());
    fleet.reserve(hostId("h1"), request(1).memory(90).tcp(80).build());

    fleet.reserve(hostId("h2"), request(1).memory(20).build());

    HostState first = fleet.host(hostId("h1")).orElseThrow();
    HostState second = fleet.host(hostId("h2")).orElseThrow();
    assertThat(first.used()).isEqualTo(Resources.NONE);
    assertThat(first.containers()).isZero();
    assertThat(second.used().memory().value()).isEqualTo(20);
    assertThat(fleet.placeOf(id(1))).contains(hostId("h2"));
  }

  @Test
  void a_port_installed_twice_is_taken_until_both_are_released() {
    fleet.upsert(host("h1").build());
    fleet.reserve(hostId("h1"), request(1).tcp(80).build());
    fleet.reserve(hostId("h1"), request(2).tcp(80).build());

    fleet.release(id(1));
    assertThat(fleet.place(request(3).tcp(80).build())).isInstanceOf(Refused.class);
    fleet.release(id(2));

    assertThat(fleet.place(request(3).tcp(80).build())).isInstanceOf(Placed.class);
  }

  @Test
  void placing_a_container_twice_is_an_error() {
    fleet.upsert(host("h1").build());
    fleet.place(request(1).build());

    assertThatThrownBy(() -> fleet.place(request(1).build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("placed on host h1 already");
  }

  @Test
  void a_host_that_leaves_takes_its_reservations_along() {
    fleet.upsert(host("h1").build());
    fleet.place(request(1).memory(10).build());

    assertThat(fleet.remove(hostId("h1"))).containsExactly(id(1));
    assertThat(fleet.placeOf(id(1))).isEmpty();
    assertThat(fleet.hosts()).isEmpty();
    fleet.release(id(1));
    assertThat(fleet.remove(hostId("h1"))).isEmpty();
  }

  @Test
  void the_number_of_a_host_that_has_left_is_given_again() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").build());
    fleet.place(request(1).named("web").hint("constraint:node==h1").build());
    fleet.place(request(2).named("db").hint("constraint:node==h2").build());
    fleet.remove(hostId("h1"));
    fleet.upsert(host("h3").build());

    assertThat(fleet.host(hostId("h3")).orElseThrow().number()).isZero();
    assertThat(fleet.place(request(3).hint("affinity:container==db").build()))
        .isEqualTo(new Placed(id(3), hostId("h2")));
    assertThat(fleet.place(request(4).hint("affinity:container==web").build()))
        .isInstanceOf(Placement.Refused.class);
  }

  @Test
  void a_soft_hint_is_kept_when_it_can_be() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").label("zone", "a").build());

    assertThat(fleet.place(request(1).hint("constraint:zone==~a").build()))
        .isEqualTo(new Placed(id(1), hostId("h2")));
  }

  @Test
  void soft_hints_are_dropped_when_no_host_has_all_of_them_and_room() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").label("zone", "a").memory(5).build());

    assertThat(fleet.place(request(1).memory(50).hint("constraint:zone==~a").build()))
        .isEqualTo(new Placed(id(1), hostId("h1")));
    assertThat(fleet.place(request(2).hint("constraint:zone==~b", "constraint:zone!=a").build()))
        .isEqualTo(new Placed(id(2), hostId("h1")));
  }

  @Test
  void a_renamed_container_is_seen_under_its_new_name() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").build());
    fleet.place(request(1).named("old").build());

    fleet.describe(
        id(1),
        new ContainerFacts(Optional.of(new ContainerName("new")), Optional.empty(), Map.of()));

    assertThat(fleet.place(request(2).hint("affinity:container==old").build()))
        .isInstanceOf(Refused.class);
    assertThat(fleet.place(request(3).hint("affinity:container==new").build()))
        .isEqualTo(new Placed(id(3), hostId("h1")));
  }

  @Test
  void a_tie_goes_to_the_lowest_id_in_whatever_order_hosts_came() {
    fleet.upsert(host("h3").build());
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").build());

    assertThat(fleet.place(request(1).build())).isEqualTo(new Placed(id(1), hostId("h1")));
    assertThat(fleet.place(request(2).build())).isEqualTo(new Placed(id(2), hostId("h2")));
    assertThat(fleet.place(request(3).build())).isEqualTo(new Placed(id(3), hostId("h3")));
  }
}
