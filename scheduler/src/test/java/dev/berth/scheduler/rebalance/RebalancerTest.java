package dev.berth.scheduler.rebalance;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.hostId;
import static dev.berth.scheduler.RequestBuilder.id;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.Host;
import dev.berth.scheduler.HostBuilder;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.RequestBuilder;
import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.rebalance.Mobility.Fixed;
import dev.berth.scheduler.rebalance.Mobility.Movable;
import dev.berth.scheduler.strategy.RandomChoice;
import dev.berth.scheduler.strategy.Spread;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RebalancerTest {
  private final Fleet fleet = new Fleet(Filters.STANDARD, new Spread(), new Overcommit(0));

  @Test
  void a_new_empty_host_takes_its_part() {
    fleet.upsert(host("h1").build());
    for (int i = 0; i < 4; i++) {
      fleet.reserve(hostId("h1"), request(i).memory(200).build());
    }
    fleet.upsert(host("h2").build());

    Proposal proposal = propose(Goal.SPREAD, Limits.USUAL);

    assertThat(proposal.moves())
        .containsExactly(
            new Move(id(0), hostId("h1"), hostId("h2")),
            new Move(id(1), hostId("h1"), hostId("h2")));
    assertThat(proposal.before().fullest()).isEqualTo(80);
    assertThat(proposal.after().fullest()).isEqualTo(40);
    assertThat(fleet.host(hostId("h1")).orElseThrow().containers()).isEqualTo(4);
  }

  @Test
  void hosts_are_emptied_wholly_or_not_at_all() {
    for (String name : List.of("h1", "h2", "h3")) {
      fleet.upsert(host(name).build());
    }
    fleet.reserve(hostId("h1"), request(1).memory(500).build());
    fleet.reserve(hostId("h2"), request(2).memory(400).build());
    fleet.reserve(hostId("h3"), request(3).memory(100).build());
    fleet.reserve(hostId("h3"), request(4).memory(200).build());

    Proposal proposal = propose(Goal.BINPACK, Limits.USUAL);

    assertThat(proposal.moves())
        .containsExactly(
            new Move(id(4), hostId("h3"), hostId("h1")),
            new Move(id(3), hostId("h3"), hostId("h1")));
    assertThat(proposal.before().used()).isEqualTo(3);
    assertThat(proposal.after().used()).isEqualTo(2);
    assertThat(propose(Goal.BINPACK, new Limits(1, 100, 0.1)).moves())
        .containsExactly(new Move(id(2), hostId("h2"), hostId("h1")));
  }

  @Test
  void what_may_not_move_stays_and_is_told() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").build());
    fleet.reserve(hostId("h1"), request(1).memory(300).build());
    fleet.reserve(hostId("h1"), request(2).memory(300).build());

    Proposal proposal =
        new Rebalancer(Goal.BALANCED, Limits.USUAL)
            .propose(fleet, held -> new Fixed("it has a volume there"));

    assertThat(proposal.moves()).isEmpty();
    assertThat(proposal.stays())
        .contains(new Proposal.Stay(id(1), hostId("h1"), "it has a volume there"));
    assertThat(proposal.after()).isEqualTo(proposal.before());
  }

  @Test
  void what_a_container_asked_for_when_it_was_made_still_holds() {
    fleet.upsert(host("h1").label("zone", "a").build());
    fleet.upsert(host("h2").label("zone", "b").build());
    fleet.reserve(hostId("h1"), request(1).memory(300).build());
    fleet.reserve(hostId("h1"), request(2).memory(300).build());

    Proposal proposal =
        new Rebalancer(Goal.SPREAD, Limits.USUAL)
            .propose(
                fleet,
                held ->
                    new Movable(
                        RequestBuilder.request(held.id().equals(id(1)) ? 1 : 2)
                            .memory(300)
                            .hint("constraint:zone==a")
                            .build()));

    assertThat(proposal.moves()).isEmpty();
    assertThat(proposal.stays())
        .containsExactlyInAnyOrder(
            new Proposal.Stay(id(1), hostId("h1"), "no other host can have it"),
            new Proposal.Stay(id(2), hostId("h1"), "no other host can have it"));
  }

  @Test
  void what_packing_finds_no_other_host_for_is_told() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").build());
    fleet.reserve(hostId("h1"), request(1).memory(600).build());
    fleet.reserve(hostId("h2"), request(2).memory(500).build());

    Proposal proposal = propose(Goal.BINPACK, Limits.USUAL);

    assertThat(proposal.moves()).isEmpty();
    assertThat(proposal.stays())
        .contains(new Proposal.Stay(id(2), hostId("h2"), "no other host can have it"));
    assertThat(proposal.after()).isEqualTo(proposal.before());
  }

  @Test
  void what_only_a_pressed_host_could_have_is_told_and_what_gains_nothing_is_not() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").under(Pressure.AVOID).build());
    fleet.reserve(hostId("h1"), request(1).memory(300).build());
    assertThat(propose(Goal.SPREAD, Limits.USUAL).stays())
        .containsExactly(
            new Proposal.Stay(id(1), hostId("h1"), "every other host that can have it is pressed"));

    fleet.upsert(host("h2").build());
    fleet.reserve(hostId("h2"), request(2).memory(300).build());
    Proposal proposal = propose(Goal.SPREAD, Limits.USUAL);
    assertThat(proposal.moves()).isEmpty();
    assertThat(proposal.stays()).isEmpty();
  }

  @Test
  void how_many_stay_besides_those_that_are_told_is_said() {
    fleet.upsert(host("h1").memory(1_000_000).build());
    fleet.upsert(host("h2").memory(1_000_000).build());
    for (int i = 0; i < 130; i++) {
      fleet.reserve(hostId("h1"), request(i).memory(100).build());
    }

    Proposal proposal =
        new Rebalancer(Goal.SPREAD, Limits.USUAL).propose(fleet, held -> new Fixed("test"));

    assertThat(proposal.stays()).hasSize(100);
    assertThat(proposal.moreStays()).isEqualTo(30);
  }

  @ParameterizedTest
  @EnumSource(Goal.class)
  void no_more_containers_are_looked_at_than_may_be_tried(Goal goal) {
    for (int host = 0; host < 10; host++) {
      fleet.upsert(host("h" + host).memory(1_000_000).build());
      for (int i = 0; i < 10; i++) {
        fleet.reserve(hostId("h" + host), request(host * 10 + i).memory(100 + host).build());
      }
    }
    Set<RecordId> lookedAt = new HashSet<>();

    new Rebalancer(goal, new Limits(20, 7, 0.000_1))
        .propose(
            fleet,
            held -> {
              lookedAt.add(held.id());
              return new Fixed("test");
            });

    assertThat(lookedAt).hasSize(7);
  }

  @Test
  void a_pressed_host_is_relieved() {
    fleet.upsert(host("h1").under(Pressure.REFUSE).build());
    fleet.upsert(host("h2").build());
    fleet.reserve(hostId("h1"), request(1).memory(100).build());
    fleet.reserve(hostId("h2"), request(2).memory(300).build());

    assertThat(propose(Goal.SPREAD, Limits.USUAL).moves())
        .containsExactly(new Move(id(1), hostId("h1"), hostId("h2")));
  }

  @Test
  void packing_gives_no_soft_hint_up() {
    fleet.upsert(host("h1").label("zone", "a").build());
    fleet.upsert(host("h2").label("zone", "b").build());
    fleet.reserve(hostId("h1"), request(1).memory(100).build());
    fleet.reserve(hostId("h2"), request(2).memory(300).build());

    Proposal proposal =
        new Rebalancer(Goal.BINPACK, Limits.USUAL)
            .propose(
                fleet,
                held ->
                    held.id().equals(id(1))
                        ? new Movable(request(1).memory(100).hint("constraint:zone==~a").build())
                        : new Fixed("test"));

    assertThat(proposal.moves()).isEmpty();
  }

  @Test
  void limits_that_mean_nothing_are_refused() {
    assertThatThrownBy(() -> new Limits(1, 1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Limits(-1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_host_is_not_emptied_against_the_spread_of_a_group() {
    Fleet spread = new Fleet(Filters.STANDARD, new RandomChoice(1), new Overcommit(0));
    spread.upsert(host("h1").cpus(8).memory(1_000).label("zone", "a").build());
    spread.upsert(host("h2").cpus(8).memory(1_000).label("zone", "b").build());
    Request one = request(1).named("web-1").memory(300).hint("spread:zone").build();
    Request two = request(2).named("web-2").memory(100).hint("spread:zone").build();
    spread.reserve(new HostId("h1"), one);
    spread.reserve(new HostId("h2"), two);

    Proposal proposal =
        new Rebalancer(Goal.BINPACK, new Limits(8, 500, 0.000_1))
            .propose(spread, held -> new Movable(held.id().equals(one.id()) ? one : two));

    assertThat(proposal.moves()).isEmpty();
  }

  @Property(tries = 60)
  void each_move_is_allowed_in_its_turn_and_the_fleet_is_better_after(@ForAll Random random) {
    Fleet drawn = new Fleet(Filters.STANDARD, new RandomChoice(1), new Overcommit(0));
    for (int i = 0; i < 6; i++) {
      drawn.upsert(drawnHost(random, "h" + i));
    }
    Map<RecordId, Request> asked = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      Request request = drawnRequest(random, i);
      drawn.place(request);
      asked.put(request.id(), request);
    }
    Set<RecordId> fixed = new HashSet<>();
    for (int i = 0; i < 30; i += 1 + random.nextInt(8)) {
      fixed.add(id(i));
    }
    for (Goal goal : Goal.values()) {
      String before = picture(drawn);
      Proposal proposal =
          new Rebalancer(goal, new Limits(8, 500, 0.000_1))
              .propose(
                  drawn,
                  held ->
                      fixed.contains(held.id())
                          ? new Fixed("drawn")
                          : new Movable(asked.get(held.id())));

      assertThat(picture(drawn)).isEqualTo(before);
      assertThat(proposal.moves()).hasSizeLessThanOrEqualTo(8);
      assertThat(proposal.moves()).extracting(Move::container).doesNotHaveDuplicates();
      assertThat(proposal.moves()).noneMatch(move -> fixed.contains(move.container()));
      if (goal == Goal.BINPACK) {
        assertThat(proposal.after().used())
            .isLessThanOrEqualTo(proposal.before().used() - (proposal.moves().isEmpty() ? 0 : 1));
      } else {
        assertThat(proposal.after().unevenness())
            .isLessThanOrEqualTo(proposal.before().unevenness() + 1e-9);
      }
      Fleet replayed = drawn.copy();
      for (Move move : proposal.moves()) {
        assertThat(replayed.placeOf(move.container())).contains(move.from());
        replayed.release(move.container());
        assertThat(replayed.place(asked.get(move.container()), only(move.to())))
            .isEqualTo(new Placed(move.container(), move.to()));
      }
      assertThat(Measure.of(replayed.hosts())).isEqualTo(proposal.after());
    }
  }

  private static Host drawnHost(Random random, String id) {
    HostBuilder builder =
        host(id)
            .cpus(2 + random.nextInt(6))
            .memory(200 + random.nextInt(800))
            .label("zone", random.nextBoolean() ? "a" : "b");
    if (random.nextInt(8) == 0) {
      builder.is(HostCondition.CORDONED);
    }
    return builder.build();
  }

  private static Request drawnRequest(Random random, int number) {
    RequestBuilder builder =
        request(number)
            .named("web-" + number)
            .nanoCpus(random.nextInt(1_000) * 1_000_000L)
            .memory(random.nextInt(150));
    switch (random.nextInt(6)) {
      case 0 -> builder.tcp(80 + random.nextInt(3));
      case 1 -> builder.hint("constraint:zone==a");
      case 2 -> builder.hint("constraint:zone==~b");
      case 3 -> builder.hint("affinity:container!=web-" + random.nextInt(30));
      case 4 -> builder.hint("spread:zone,maxskew=" + (1 + random.nextInt(3)));
      default -> builder.hint();
    }
    return builder.build();
  }

  private static Strategy only(HostId wanted) {
    return new Strategy() {
      @Override
      public String name() {
        return "only";
      }

      @Override
      public HostState choose(List<HostState> candidates, Request request) {
        return candidates.stream()
            .filter(host -> host.id().equals(wanted))
            .findFirst()
            .orElseThrow(() -> new AssertionError(wanted + " may not have " + request));
      }
    };
  }

  private static String picture(Fleet fleet) {
    Map<String, String> picture = new TreeMap<>();
    for (HostState host : fleet.hosts()) {
      picture.put(host.id().value(), host.used() + " " + host.containers());
    }
    return picture.toString();
  }

  private Proposal propose(Goal goal, Limits limits) {
    return new Rebalancer(goal, limits).propose(fleet, Movable::new);
  }
}
