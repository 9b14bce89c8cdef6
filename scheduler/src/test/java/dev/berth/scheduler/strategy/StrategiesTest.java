package dev.berth.scheduler.strategy;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.hostId;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.RequestBuilder;
import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.filter.Filters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrategiesTest {

  @Test
  void spread_takes_the_host_that_would_be_least_full() {
    Fleet fleet = fleet(new Spread());
    fleet.reserve(hostId("h1"), request(1).memory(300).build());
    fleet.reserve(hostId("h2"), request(2).memory(200).build());

    assertThat(place(fleet, request(3).memory(100))).isEqualTo("h3");
    assertThat(place(fleet, request(4).memory(150))).isEqualTo("h3");
    assertThat(place(fleet, request(5).memory(100))).isEqualTo("h2");
  }

  @Test
  void spread_breaks_a_tie_of_whole_percents_by_containers() {
    Fleet fleet = fleet(new Spread());
    fleet.reserve(hostId("h1"), request(1).memory(10).build());
    fleet.reserve(hostId("h1"), request(2).build());
    fleet.reserve(hostId("h2"), request(3).memory(18).build());
    fleet.reserve(hostId("h3"), request(4).memory(10).build());
    fleet.reserve(hostId("h3"), request(5).build());

    assertThat(place(fleet, request(6).memory(1))).isEqualTo("h2");
  }

  @Test
  void a_dimension_that_is_not_asked_for_does_not_count() {
    Fleet fleet = fleet(new Spread());
    fleet.reserve(hostId("h1"), request(1).memory(900).build());
    fleet.reserve(hostId("h2"), request(2).cpus(1).build());
    fleet.reserve(hostId("h3"), request(3).cpus(2).build());

    assertThat(place(fleet, request(4).cpus(1))).isEqualTo("h1");
  }

  @Test
  void without_anything_asked_spread_counts_containers() {
    Fleet fleet = fleet(new Spread());
    fleet.reserve(hostId("h1"), request(1).build());
    fleet.reserve(hostId("h2"), request(2).memory(999).build());

    assertThat(place(fleet, request(3))).isEqualTo("h3");
    assertThat(place(fleet, request(4))).isEqualTo("h1");
  }

  @Test
  void binpack_fills_a_host_before_the_next() {
    Fleet fleet = fleet(new Binpack());

    assertThat(place(fleet, request(1).memory(600))).isEqualTo("h1");
    assertThat(place(fleet, request(2).memory(600))).isEqualTo("h2");
    assertThat(place(fleet, request(3).memory(300))).isEqualTo("h1");
    assertThat(place(fleet, request(4).memory(300))).isEqualTo("h2");
    assertThat(place(fleet, request(5).memory(300))).isEqualTo("h3");
  }

  @Test
  void binpack_breaks_a_tie_by_most_containers() {
    Fleet fleet = fleet(new Binpack());
    fleet.reserve(hostId("h2"), request(1).build());

    assertThat(place(fleet, request(2))).isEqualTo("h2");
  }

  @Test
  void random_is_the_same_for_the_same_seed_and_looks_for_room() {
    Fleet one = fleet(new RandomChoice(7));
    Fleet two = fleet(new RandomChoice(7));
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      first.add(place(one, request(i).memory(100)));
      second.add(place(two, request(i).memory(100)));
    }

    assertThat(first).isEqualTo(second).contains("h1", "h2", "h3");
    assertThat(one.place(request(30).memory(100).build())).isNotInstanceOf(Placed.class);
  }

  private static Fleet fleet(Strategy strategy) {
    Fleet fleet = new Fleet(Filters.STANDARD, strategy, new Overcommit(0));
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").build());
    fleet.upsert(host("h3").build());
    return fleet;
  }

  private static String place(Fleet fleet, RequestBuilder builder) {
    Request request = builder.build();
    assertThat(fleet.place(request)).isInstanceOf(Placed.class);
    return fleet.placeOf(request.id()).map(HostId::value).orElseThrow();
  }
}
