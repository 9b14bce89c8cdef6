package dev.berth.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.scheduler.Model.Ask;
import dev.berth.scheduler.Model.Drawn;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.Placement.Removal;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.strategy.Balanced;
import dev.berth.scheduler.strategy.Binpack;
import dev.berth.scheduler.strategy.RandomChoice;
import dev.berth.scheduler.strategy.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FleetPropertyTest {
  private static final int STEPS = 40;

  @Property(tries = 300)
  void spread_chooses_what_brute_force_chooses_through_any_history(@ForAll Random random) {
    Model model = new Model();
    Fleet fleet = fleet(new Spread());
    for (Drawn host : draw(random)) {
      model.upsert(host);
      fleet.upsert(host.build());
    }
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(8)) {
        case 0, 1 -> release(model, fleet, random);
        case 2 -> reserve(model, fleet, ask(random, step), random);
        case 3 -> change(model, fleet, random);
        default -> place(model, fleet, ask(random, step));
      }
      assertSameLedger(model, fleet);
    }
  }

  @Property(tries = 200)
  void no_host_is_placed_over_its_limit(
      @ForAll Random random, @ForAll("strategies") Strategy strategy) {
    Fleet fleet = fleet(strategy);
    List<Drawn> hosts = draw(random);
    hosts.forEach(host -> fleet.upsert(host.build()));
    for (int step = 0; step < STEPS; step++) {
      fleet.place(ask(random, step).build());
      for (Drawn host : hosts) {
        HostState state = fleet.host(new HostId(host.id())).orElseThrow();
        assertThat(state.used().memory().value() * 100).isLessThanOrEqualTo(host.memory() * 105);
        assertThat(state.used().cpus().value()).isLessThanOrEqualTo(host.cpus() * 1_050_000_000L);
      }
    }
  }

  @Property(tries = 200)
  void release_returns_exactly_what_place_took(@ForAll Random random) {
    Fleet fleet = fleet(new Spread());
    draw(random).forEach(host -> fleet.upsert(host.build()));
    for (int number = 0; number < 20; number++) {
      fleet.place(ask(random, number).build());
    }
    Map<HostId, String> before = picture(fleet);
    List<Request> more = new ArrayList<>();
    for (int number = 100; number < 120; number++) {
      more.add(ask(random, number).build());
    }
    more.forEach(fleet::place);
    Collections.shuffle(more, random);

    more.forEach(request -> fleet.release(request.id()));

    assertThat(picture(fleet)).isEqualTo(before);
  }

  @Property(tries = 200)
  void a_refusal_accounts_for_every_host_once(@ForAll Random random) {
    Fleet fleet = fleet(new Spread());
    List<Drawn> hosts = draw(random);
    hosts.forEach(host -> fleet.upsert(host.build()));
    for (int step = 0; step < STEPS; step++) {
      if (fleet.place(ask(random, step).build()) instanceof Refused refused) {
        assertThat(refused.removals().stream().mapToInt(Removal::hosts).sum())
            .isEqualTo(hosts.size());
        assertThat(refused.nearest()).hasSizeBetween(1, 3);
        assertThat(refused.message()).isNotBlank().doesNotContain("[]");
      }
    }
  }

  @Property(tries = 100)
  void the_order_in_which_hosts_came_changes_nothing(@ForAll Random random) {
    List<Drawn> hosts = new ArrayList<>(draw(random));
    Fleet one = fleet(new Spread());
    hosts.forEach(host -> one.upsert(host.build()));
    Collections.shuffle(hosts, random);
    Fleet two = fleet(new Spread());
    hosts.forEach(host -> two.upsert(host.build()));
    for (int step = 0; step < STEPS; step++) {
      Request request = ask(random, step).build();
      assertThat(one.place(request)).isEqualTo(two.place(request));
    }
  }

  @Provide
  Arbitrary<Strategy> strategies() {
    return Arbitraries.of(0, 1, 2, 3)
        .map(
            kind ->
                switch (kind) {
                  case 0 -> new Spread();
                  case 1 -> new Binpack();
                  case 2 -> new Balanced();
                  default -> new RandomChoice(kind);
                });
  }

  private static void place(Model model, Fleet fleet, Ask ask) {
    var expected = model.spread(ask);
    Placement placement = fleet.place(ask.build());
    switch (placement) {
      case Placed placed -> {
        assertThat(expected).contains(placed.host());
        model.put(placed.host().value(), ask);
      }
      case Refused refused -> assertThat(expected).as(refused.explanation()).isEmpty();
    }
  }

  private static void release(Model model, Fleet fleet, Random random) {
    List<Integer> numbers = model.numbers();
    if (!numbers.isEmpty()) {
      int number = numbers.get(random.nextInt(numbers.size()));
      model.release(number);
      fleet.release(RequestBuilder.id(number));
    }
  }

  private static void reserve(Model model, Fleet fleet, Ask ask, Random random) {
    String host = model.hosts().get(random.nextInt(model.hosts().size())).id();
    model.put(host, ask);
    fleet.reserve(new HostId(host), ask.build());
  }

  private static void change(Model model, Fleet fleet, Random random) {
    List<Drawn> hosts = model.hosts();
    Drawn changed = host(random, hosts.get(random.nextInt(hosts.size())).id());
    model.upsert(changed);
    fleet.upsert(changed.build());
  }

  private static void assertSameLedger(Model model, Fleet fleet) {
    for (Drawn host : model.hosts()) {
      HostState state = fleet.host(new HostId(host.id())).orElseThrow();
      assertThat(state.used().memory().value()).isEqualTo(model.memoryOn(host));
      assertThat(state.used().cpus().value()).isEqualTo(model.milliCpusOn(host) * 1_000_000);
      assertThat(state.containers()).isEqualTo(model.on(host).size());
    }
  }

  private static Map<HostId, String> picture(Fleet fleet) {
    Map<HostId, String> picture = new TreeMap<>();
    for (HostState host : fleet.hosts()) {
      StringBuilder ports = new StringBuilder();
      for (int port = 1; port <= 3; port++) {
        for (HostPort.Protocol protocol : HostPort.Protocol.values()) {
          for (String address : List.of("0.0.0.0", "10.0.0.1", "10.0.0.2")) {
            ports.append(host.isFree(new HostPort(address, port, protocol)) ? '-' : 'x');
          }
        }
      }
      picture.put(
          host.id(), "%s %s %d %s".formatted(host.used(), ports, host.containers(), host.id()));
    }
    return picture;
  }

  private static Fleet fleet(Strategy strategy) {
    return new Fleet(Filters.STANDARD, strategy, new Overcommit(Model.OVERCOMMIT));
  }

  private static List<Drawn> draw(Random random) {
    List<Drawn> hosts = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      hosts.add(host(random, "h" + i));
    }
    return hosts;
  }

  private static Drawn host(Random random, String id) {
    return new Drawn(
        id,
        1 + random.nextInt(3),
        50 + random.nextInt(200),
        random.nextBoolean() ? "a" : "b",
        random.nextInt(4) == 0 ? 1 + random.nextInt(6) : 0,
        random.nextInt(6) > 0);
  }

  private static Ask ask(Random random, int number) {
    return new Ask(
        number,
        random.nextBoolean() ? "acme" : "umbrella",
        "c" + random.nextInt(5),
        random.nextBoolean() ? random.nextInt(1_200) : 0,
        random.nextBoolean() ? random.nextInt(80) : 0,
        List.of("0.0.0.0", "10.0.0.1", "10.0.0.2").get(random.nextInt(3)),
        random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0,
        random.nextInt(4) == 0,
        random.nextInt(5) == 0 ? "a" : "",
        random.nextInt(4) == 0 ? "b" : "",
        random.nextInt(4) == 0 ? "c" + random.nextInt(5) : "",
        random.nextInt(12) == 0 ? "h" + random.nextInt(6) : "",
        random.nextInt(12) == 0 ? "h" + random.nextInt(6) : "");
  }
}
