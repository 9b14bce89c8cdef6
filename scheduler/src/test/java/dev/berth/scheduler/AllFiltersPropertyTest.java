package dev.berth.scheduler;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.common.resource.Resources;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.strategy.Balanced;
import dev.berth.scheduler.strategy.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Holds what a fleet does against what the filters mean, told anew here over plain values. */
class AllFiltersPropertyTest {
  private static final List<String> ZONES = List.of("a", "b", "c");
  private static final List<String> TENANTS = List.of("acme", "umbrella");

  /** What a host has of something that it sets no bound to. */
  private static final long BOUNDLESS = Long.MAX_VALUE;

  /** Empty texts say nothing; a zone and slots are labels. */
  private record Machine(
      String id,
      int cpus,
      long memory,
      long gpus,
      long disk,
      long pids,
      long slots,
      String zone,
      String arch,
      String only,
      Pressure pressure) {
    Host build() {
      HostBuilder builder =
          host(id)
              .cpus(cpus)
              .memory(memory)
              .extra(ResourceKind.GPU, gpus)
              .platform("linux", arch)
              .under(pressure);
      if (disk != BOUNDLESS) {
        builder.extra(ResourceKind.DISK, disk);
      }
      if (pids != BOUNDLESS) {
        builder.extra(ResourceKind.PIDS, pids);
      }
      if (slots != BOUNDLESS) {
        builder.label("containerslots", Long.toString(slots));
      }
      if (!zone.isEmpty()) {
        builder.label("zone", zone);
      }
      if (!only.isEmpty()) {
        builder.label("berth.tenants", only);
      }
      return builder.build();
    }

    /** How much there may be of each quantity. */
    List<Long> limits() {
      return List.of(cpus * 1_000L, memory, gpus, disk, pids, slots);
    }
  }

  /**
   * Empty texts and zeros ask for nothing.
   *
   * @param off a zone that operators keep the tenant off
   */
  private record Wish(
      int number,
      String tenant,
      String group,
      long milliCpus,
      long memory,
      long gpus,
      long disk,
      long pids,
      int port,
      String arch,
      List<String> listed,
      String off,
      int maxSkew) {
    Request build() {
      RequestBuilder builder =
          request(number)
              .of(tenant)
              .named(group + "_" + number)
              .nanoCpus(milliCpus * 1_000_000L)
              .memory(memory)
              .extra(ResourceKind.GPU, gpus)
              .extra(ResourceKind.DISK, disk)
              .extra(ResourceKind.PIDS, pids);
      if (port > 0) {
        builder.tcp(port);
      }
      if (!arch.isEmpty()) {
        builder.platform("linux/" + arch);
      }
      if (!listed.isEmpty()) {
        builder.hint("whitelist:node==" + String.join("|", listed));
      }
      if (!off.isEmpty()) {
        builder.rule("zone!=" + off);
      }
      if (maxSkew > 0) {
        builder.hint("spread:zone,maxskew=" + maxSkew);
      }
      return builder.build();
    }

    /** As those of a machine. */
    List<Long> amounts() {
      return List.of(milliCpus, memory, gpus, disk, pids, 1L);
    }
  }

  private static final class Ledger {
    final Map<Integer, Machine> places = new HashMap<>();
    final Map<Integer, Wish> wishes = new HashMap<>();

    List<Wish> on(Machine machine) {
      return wishes.values().stream()
          .filter(wish -> places.get(wish.number()).equals(machine))
          .toList();
    }

    boolean fits(Machine machine, Wish wish) {
      List<Wish> there = on(machine);
      for (int i = 0; i < wish.amounts().size(); i++) {
        int quantity = i;
        long asked = wish.amounts().get(quantity);
        long used = there.stream().mapToLong(other -> other.amounts().get(quantity)).sum();
        if (asked > 0 && asked > machine.limits().get(quantity) - used) {
          return false;
        }
      }
      return wish.port() == 0 || there.stream().noneMatch(other -> other.port() == wish.port());
    }

    static boolean isEligible(Machine machine, Wish wish) {
      return machine.pressure() != Pressure.REFUSE
          && (machine.only().isEmpty() || machine.only().equals(wish.tenant()))
          && (wish.off().isEmpty() || !wish.off().equals(machine.zone()))
          && (wish.arch().isEmpty() || wish.arch().equals(machine.arch()))
          && (wish.listed().isEmpty() || wish.listed().contains(machine.id()));
    }

    boolean isEven(Machine machine, Wish wish, List<Machine> machines) {
      if (wish.maxSkew() == 0) {
        return true;
      }
      Map<String, Integer> counts = new HashMap<>();
      machines.stream()
          .filter(each -> !each.zone().isEmpty() && isEligible(each, wish))
          .forEach(each -> counts.put(each.zone(), members(each.zone(), wish)));
      return counts.containsKey(machine.zone())
          && counts.get(machine.zone()) + 1 - Collections.min(counts.values()) <= wish.maxSkew();
    }

    private int members(String zone, Wish wish) {
      return (int)
          wishes.values().stream()
              .filter(other -> other.tenant().equals(wish.tenant()))
              .filter(other -> other.group().equals(wish.group()))
              .filter(other -> places.get(other.number()).zone().equals(zone))
              .count();
    }

    List<Machine> possible(Wish wish, List<Machine> machines) {
      List<Machine> possible =
          machines.stream()
              .filter(machine -> isEligible(machine, wish))
              .filter(machine -> fits(machine, wish))
              .filter(machine -> isEven(machine, wish, machines))
              .toList();
      List<Machine> calm =
          possible.stream().filter(machine -> machine.pressure() == Pressure.NONE).toList();
      return calm.isEmpty() ? possible : calm;
    }
  }

  @Property(tries = 150)
  void a_place_is_found_when_there_is_one_and_honours_every_filter(@ForAll Random random) {
    List<Machine> machines = machines(random);
    Fleet fleet = fleet(random, machines);
    Ledger ledger = new Ledger();
    for (int step = 0; step < 40; step++) {
      if (random.nextInt(5) == 0 && !ledger.wishes.isEmpty()) {
        int number = ledger.wishes.keySet().iterator().next();
        fleet.release(RequestBuilder.id(number));
        ledger.wishes.remove(number);
        ledger.places.remove(number);
        continue;
      }
      Wish wish = wish(random, step, machines);
      List<Machine> possible = ledger.possible(wish, machines);
      switch (fleet.place(wish.build())) {
        case Placed placed -> {
          Machine chosen = named(machines, placed.host());
          assertThat(possible).contains(chosen);
          ledger.places.put(step, chosen);
          ledger.wishes.put(step, wish);
        }
        case Refused refused -> assertThat(possible).as(refused.explanation()).isEmpty();
      }
    }
  }

  @Property(tries = 100)
  void what_is_given_back_is_what_was_taken_of_every_kind(@ForAll Random random) {
    List<Machine> machines = machines(random);
    Fleet fleet = fleet(random, machines);
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, 30).boxed().toList());
    numbers.forEach(number -> fleet.place(wish(random, number, machines).build()));
    Collections.shuffle(numbers, random);

    numbers.forEach(number -> fleet.release(RequestBuilder.id(number)));

    for (HostState host : fleet.hosts()) {
      assertThat(host.extraUsed()).isEqualTo(Extras.NONE);
      assertThat(host.used()).isEqualTo(Resources.NONE);
      assertThat(host.containers()).isZero();
    }
  }

  @Property(tries = 100)
  void in_whatever_order_requests_come_no_filter_is_broken_and_no_room_is_left_unused(
      @ForAll Random random) {
    List<Machine> machines = machines(random);
    List<Wish> wishes = new ArrayList<>();
    for (int number = 0; number < 30; number++) {
      wishes.add(wish(random, number, machines));
    }
    for (int order = 0; order < 3; order++) {
      Collections.shuffle(wishes, random);
      Fleet fleet = fleet(random, machines);
      Ledger ledger = new Ledger();
      List<Wish> refused = new ArrayList<>();
      for (Wish wish : wishes) {
        if (fleet.place(wish.build()) instanceof Placed placed) {
          ledger.places.put(wish.number(), named(machines, placed.host()));
          ledger.wishes.put(wish.number(), wish);
        } else {
          refused.add(wish);
        }
      }
      machines.forEach(machine -> assertIsValid(machine, ledger.on(machine)));
      // What comes only takes room; a group that is spread can gain a place by it.
      assertThat(refused)
          .filteredOn(wish -> wish.maxSkew() == 0)
          .allSatisfy(wish -> assertThat(ledger.possible(wish, machines)).isEmpty());
    }
  }

  private static void assertIsValid(Machine machine, List<Wish> there) {
    for (int i = 0; i < machine.limits().size(); i++) {
      int quantity = i;
      assertThat(there.stream().mapToLong(wish -> wish.amounts().get(quantity)).sum())
          .isLessThanOrEqualTo(machine.limits().get(quantity));
    }
    assertThat(there).allMatch(wish -> Ledger.isEligible(machine, wish));
    assertThat(there.stream().map(Wish::port).filter(port -> port > 0)).doesNotHaveDuplicates();
  }

  private static Fleet fleet(Random random, List<Machine> machines) {
    Strategy strategy = random.nextBoolean() ? new Spread() : new Balanced();
    Fleet fleet = new Fleet(Filters.STANDARD, strategy, new Overcommit(0));
    machines.forEach(machine -> fleet.upsert(machine.build()));
    return fleet;
  }

  private static Machine named(List<Machine> machines, HostId id) {
    return machines.stream()
        .filter(machine -> machine.id().equals(id.value()))
        .findFirst()
        .orElseThrow();
  }

  private static List<Machine> machines(Random random) {
    return IntStream.range(0, 1 + random.nextInt(8)).mapToObj(i -> machine(random, i)).toList();
  }

  private static Machine machine(Random random, int number) {
    return new Machine(
        "h" + number,
        1 + random.nextInt(4),
        100 + random.nextInt(300),
        random.nextInt(3),
        random.nextInt(3) == 0 ? 100 + random.nextInt(300) : BOUNDLESS,
        random.nextInt(3) == 0 ? 100 + random.nextInt(300) : BOUNDLESS,
        random.nextInt(3) == 0 ? 1 + random.nextInt(6) : BOUNDLESS,
        random.nextInt(6) == 0 ? "" : one(random, ZONES),
        one(random, List.of("amd64", "arm64")),
        random.nextInt(4) == 0 ? one(random, TENANTS) : "",
        one(random, List.of(Pressure.NONE, Pressure.NONE, Pressure.AVOID, Pressure.REFUSE)));
  }

  private static Wish wish(Random random, int number, List<Machine> machines) {
    List<String> ids = machines.stream().map(Machine::id).toList();
    return new Wish(
        number,
        one(random, TENANTS),
        one(random, List.of("web", "db")),
        random.nextBoolean() ? random.nextInt(800) : 0,
        random.nextInt(60),
        random.nextInt(4) == 0 ? 1 : 0,
        random.nextInt(3) == 0 ? random.nextInt(80) : 0,
        random.nextInt(3) == 0 ? random.nextInt(80) : 0,
        random.nextInt(4) == 0 ? 80 + random.nextInt(3) : 0,
        random.nextInt(4) == 0 ? one(random, List.of("amd64", "arm64")) : "",
        random.nextInt(4) == 0 ? List.of(one(random, ids), one(random, ids)) : List.of(),
        random.nextInt(4) == 0 ? one(random, ZONES) : "",
        random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0);
  }

  private static <T> T one(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
