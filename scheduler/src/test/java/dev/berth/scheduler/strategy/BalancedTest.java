package dev.berth.scheduler.strategy;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.hostId;
import static dev.berth.scheduler.RequestBuilder.id;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.filter.Filters;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BalancedTest {
  private final Fleet fleet = new Fleet(Filters.STANDARD, new Balanced(), new Overcommit(0));

  @Test
  void it_spares_the_host_whose_scarcest_resource_is_fullest() {
    fleet.upsert(host("h1").cpus(10).memory(100).build());
    fleet.upsert(host("h2").cpus(10).memory(100).build());
    fleet.reserve(hostId("h1"), request(1).memory(80).build());
    fleet.reserve(hostId("h2"), request(2).cpus(5).memory(50).build());

    assertThat(fleet.place(request(3).cpus(1).build())).isEqualTo(new Placed(id(3), hostId("h2")));
  }

  @Test
  void equal_shares_go_to_fewest_containers_and_then_to_the_lowest_id() {
    for (String name : List.of("h1", "h2", "h3")) {
      fleet.upsert(host(name).cpus(10).memory(100).build());
    }
    fleet.reserve(hostId("h1"), request(1).build());

    assertThat(fleet.place(request(2).memory(10).build()))
        .isEqualTo(new Placed(id(2), hostId("h2")));
    assertThat(fleet.place(request(3).memory(10).build()))
        .isEqualTo(new Placed(id(3), hostId("h3")));
    assertThat(fleet.place(request(4).build())).isEqualTo(new Placed(id(4), hostId("h1")));
  }

  @Property
  void shares_compare_as_fractions_do(
      @ForAll @LongRange(min = 0, max = 1L << 55) long part,
      @ForAll @LongRange(min = 1, max = 1L << 55) long whole,
      @ForAll @LongRange(min = 0, max = 1L << 55) long otherPart,
      @ForAll @LongRange(min = 1, max = 1L << 55) long otherWhole) {
    int expected =
        BigInteger.valueOf(part)
            .multiply(BigInteger.valueOf(otherWhole))
            .compareTo(BigInteger.valueOf(otherPart).multiply(BigInteger.valueOf(whole)));

    assertThat(new Share(part, whole).compareTo(new Share(otherPart, otherWhole)))
        .isEqualTo(expected);
  }

  @Test
  void something_of_nothing_is_more_than_any_share() {
    assertThat(new Share(1, 0)).isGreaterThan(new Share(Long.MAX_VALUE, 1));
    assertThat(new Share(0, 0)).isEqualByComparingTo(new Share(0, 1));
  }

  @Property(tries = 200)
  void no_other_host_would_be_left_with_a_smaller_largest_share(@ForAll Random random) {
    Fleet hosts = new Fleet(Filters.STANDARD, new Balanced(), new Overcommit(0));
    for (int i = 0; i < 5; i++) {
      hosts.upsert(
          host("h" + i).cpus(1 + random.nextInt(8)).memory(10 + random.nextInt(500)).build());
    }
    for (int step = 0; step < 40; step++) {
      long milli = random.nextInt(900);
      long memory = random.nextInt(50);
      List<HostState> roomy = new ArrayList<>();
      for (HostState host : hosts.hosts()) {
        if (host.used().cpus().value() + milli * 1_000_000 <= host.limit().cpus().value()
            && host.used().memory().value() + memory <= host.limit().memory().value()) {
          roomy.add(host);
        }
      }
      // The oracle counts in doubles, which are exact enough for amounts as small as these.
      var expected =
          roomy.stream()
              .min(
                  Comparator.<HostState>comparingDouble(host -> largest(host, milli, memory))
                      .thenComparingInt(HostState::containers)
                      .thenComparing(HostState::id))
              .map(HostState::id);
      var placement = hosts.place(request(step).nanoCpus(milli * 1_000_000).memory(memory).build());
      if (milli > 0 && memory > 0) {
        assertThat(placement instanceof Placed placed ? placed.host() : null)
            .isEqualTo(expected.orElse(null));
      }
    }
  }

  private static double largest(HostState host, long milli, long memory) {
    return Math.max(
        (host.used().cpus().value() / 1_000_000 + milli)
            / (host.limit().cpus().value() / 1_000_000.0),
        (host.used().memory().value() + memory) / (double) host.limit().memory().value());
  }
}
