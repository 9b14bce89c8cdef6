package dev.berth.scheduler;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.id;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.scheduler.HostPort.Protocol;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.strategy.Balanced;
import dev.berth.scheduler.strategy.Binpack;
import dev.berth.scheduler.strategy.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The index against the scan of every host, on fleets of up to 500. */
class IndexPropertyTest {
  private static final List<Strategy> STRATEGIES =
      List.of(new Spread(), new Binpack(), new Balanced());
  private static final int STEPS = 250;

  /** What hosts and requests are made of: round amounts make ties, odd ones make edges. */
  private record World(Random random, int hosts, boolean isRound, boolean isMixed) {
    static World draw(Random random) {
      return new World(random, 1 + random.nextInt(500), random.nextBoolean(), random.nextBoolean());
    }

    Host newHost(int number) {
      int shape = isMixed ? random.nextInt(3) : 1;
      HostBuilder builder =
          host("h" + number)
              .cpus(shape == 0 ? 2 : shape == 1 ? 4 : 7)
              .memory(isRound ? 1_000L * (shape + 1) : 1_000 + random.nextInt(isMixed ? 2_000 : 3));
      if (random.nextInt(4) > 0) {
        builder.label("zone", "z" + random.nextInt(3));
      }
      if (random.nextInt(8) == 0) {
        builder.label("containerslots", Integer.toString(1 + random.nextInt(4)));
      }
      if (random.nextInt(12) == 0) {
        builder.is(random.nextBoolean() ? HostCondition.UNREACHABLE : HostCondition.CORDONED);
      }
      if (random.nextInt(6) == 0) {
        builder.under(random.nextInt(3) == 0 ? Pressure.REFUSE : Pressure.AVOID);
      }
      if (random.nextInt(10) == 0) {
        builder.label("berth.tenants", random.nextBoolean() ? "acme" : "umbrella,initech");
      }
      if (random.nextInt(3) == 0) {
        builder.extra(ResourceKind.GPU, random.nextInt(4));
      }
      if (random.nextInt(3) == 0) {
        builder.extra(ResourceKind.PIDS, 200 + random.nextInt(800));
      }
      if (random.nextInt(4) == 0) {
        builder.extra(ResourceKind.DISK, 100 + random.nextInt(400));
      }
      if (random.nextInt(10) == 0) {
        builder.keeping(1, 100).with(new Overcommit(random.nextInt(30)));
      }
      return builder.platform("linux", random.nextInt(4) == 0 ? "aarch64" : "x86_64").build();
    }

    Request newRequest(int number) {
      RequestBuilder builder =
          request(number).of(random.nextBoolean() ? "acme" : "umbrella").named("c" + number);
      if (random.nextInt(5) > 0) {
        builder.nanoCpus(
            isRound ? 250_000_000L * (1 + random.nextInt(4)) : 1 + random.nextInt(1_500_000_000));
      }
      if (random.nextInt(5) > 0) {
        builder.memory(isRound ? 50L * (1 + random.nextInt(6)) : 1 + random.nextInt(400));
      }
      if (random.nextInt(6) == 0) {
        builder.port(
            random.nextInt(3) == 0 ? "10.0.0.1" : HostPort.ANY_ADDRESS,
            80 + random.nextInt(3),
            random.nextBoolean() ? Protocol.TCP : Protocol.UDP);
      }
      if (random.nextInt(10) == 0) {
        builder.extra(ResourceKind.GPU, 1 + random.nextInt(2));
      }
      if (random.nextInt(3) == 0) {
        builder.extra(ResourceKind.PIDS, 1 + random.nextInt(300));
      }
      if (random.nextInt(6) == 0) {
        builder.extra(ResourceKind.DISK, 1 + random.nextInt(200));
      }
      if (random.nextInt(15) == 0) {
        builder.platform(random.nextBoolean() ? "arm64" : "amd64");
      }
      if (random.nextInt(4) == 0) {
        builder.imageOn(
            random
                .ints(random.nextInt(5), 0, hosts)
                .mapToObj(each -> "h" + each)
                .toArray(String[]::new));
      }
      labels().forEach(builder::label);
      for (String hint : hints()) {
        builder.hint(hint);
      }
      rules().forEach(builder::rule);
      if (random.nextInt(20) == 0) {
        builder.with("h" + random.nextInt(hosts));
      }
      return builder.build();
    }

    Map<String, String> labels() {
      Map<String, String> labels = new HashMap<>();
      labels.put("role", "r" + random.nextInt(3));
      if (random.nextBoolean()) {
        labels.put("shift", "s" + random.nextInt(40));
      }
      if (random.nextInt(3) == 0) {
        labels.put("key" + random.nextInt(30), "x");
      }
      return labels;
    }

    /** Operators change them at any time: two requests of one tenant can be under others. */
    private List<String> rules() {
      return switch (random.nextInt(12)) {
        case 0 -> List.of("zone!=z" + random.nextInt(3));
        case 1 -> List.of("zone==z" + random.nextInt(3), "node!=h" + random.nextInt(hosts));
        case 2 -> List.of("node==h1*");
        default -> List.of();
      };
    }

    private List<String> hints() {
      List<String> hints = new ArrayList<>();
      switch (random.nextInt(28)) {
        case 0 -> hints.add("constraint:zone==z" + random.nextInt(3));
        case 1 -> hints.add("constraint:zone!=z1");
        case 2 -> hints.add("constraint:zone==~z2");
        case 3 -> hints.add("constraint:node==h" + random.nextInt(hosts));
        case 4 -> hints.add("affinity:role!=r" + random.nextInt(3));
        case 5 -> hints.add("affinity:role==r" + random.nextInt(3));
        case 6 -> hints.add("affinity:container==~c" + random.nextInt(STEPS));
        case 7 -> hints.add("affinity:container!=c" + random.nextInt(STEPS));
        case 8 -> hints.addAll(List.of("constraint:zone==/z[01]/", "affinity:role!=~r0"));
        case 9 -> hints.add("constraint:shelf==" + random.nextInt(2));
        case 10 -> hints.add("whitelist:node==h1*|h" + random.nextInt(hosts));
        case 11 -> hints.add("whitelist:node==~h2*");
        case 12 -> hints.add("spread:zone,group=role,maxskew=" + (1 + random.nextInt(2)));
        case 13 -> hints.addAll(List.of("spread:~zone", "constraint:zone!=~z0"));
        case 14 -> hints.add("affinity:image==nginx");
        case 15 -> hints.add("affinity:image!=nginx");
        case 17 -> hints.add("affinity:shift!=s" + random.nextInt(40));
        case 18 -> hints.addAll(List.of("affinity:shift!=s1", "affinity:role!=r0"));
        case 19 -> hints.addAll(List.of("affinity:shift==s2", "affinity:role!=r1"));
        case 20 -> hints.add("affinity:key" + random.nextInt(30) + "!=x");
        case 21 -> hints.addAll(List.of("affinity:role==r2", "affinity:container!=c1"));
        case 16 -> hints.addAll(List.of("affinity:image==~nginx", "constraint:zone!=z0"));
        default -> {
          // Most ask for nothing of the kind.
        }
      }
      return hints;
    }
  }

  @Property(tries = 60)
  void through_any_history_the_index_chooses_what_asking_every_host_would(@ForAll Random random) {
    World world = World.draw(random);
    Fleet fleet = new Fleet(Filters.STANDARD, new Spread(), new Overcommit(random.nextInt(20)));
    for (int number = 0; number < world.hosts(); number++) {
      fleet.upsert(world.newHost(number));
    }
    List<RecordId> placed = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(13)) {
        case 5 -> {
          if (!placed.isEmpty()) {
            fleet.describe(
                placed.get(random.nextInt(placed.size())),
                new ContainerFacts(Optional.empty(), Optional.empty(), world.labels()));
          }
        }
        case 0, 1 -> {
          if (!placed.isEmpty()) {
            fleet.release(placed.remove(random.nextInt(placed.size())));
          }
        }
        case 2 -> {
          if (random.nextInt(4) == 0) {
            fleet.upsert(world.newHost(random.nextInt(world.hosts())));
          }
        }
        case 3 -> {
          if (random.nextInt(8) == 0) {
            fleet.remove(new HostId("h" + random.nextInt(world.hosts()))).forEach(placed::remove);
          }
        }
        case 4 -> {
          fleet.reserve(
              new HostId("h" + random.nextInt(world.hosts())), world.newRequest(1_000 + step));
          placed.add(id(1_000 + step));
        }
        default -> {
          Request request = world.newRequest(step);
          Strategy strategy = STRATEGIES.get(random.nextInt(3));
          Optional<HostId> expected = fleet.scan(request, strategy);
          Placement placement = fleet.place(request, strategy);
          assertThat(
                  placement instanceof Placement.Placed(var _, HostId host)
                      ? Optional.of(host)
                      : Optional.empty())
              .as("%s by %s", request, strategy.name())
              .isEqualTo(expected);
          if (placement instanceof Placement.Refused refused) {
            assertThat(refused).isEqualTo(fleet.scanRefusal(request));
          }
          if (expected.isPresent()) {
            placed.add(id(step));
          }
          for (HostPort port : request.ports()) {
            assertThat(fleet.isFree(port))
                .isEqualTo(fleet.hosts().stream().allMatch(host -> host.isFree(port)));
          }
        }
      }
    }
  }

  @Property(tries = 40)
  void a_fleet_filled_to_the_brim_is_filled_the_same_way(@ForAll Random random) {
    World world = new World(random, 1 + random.nextInt(20), random.nextBoolean(), true);
    for (Strategy strategy : STRATEGIES) {
      Fleet fleet = new Fleet(Filters.STANDARD, strategy, Overcommit.DEFAULT);
      for (int number = 0; number < world.hosts(); number++) {
        fleet.upsert(world.newHost(number));
      }
      int refused = 0;
      for (int step = 0; refused < 10 && step < 3_000; step++) {
        Request request = world.newRequest(step);
        Optional<HostId> expected = fleet.scan(request, strategy);
        Placement placement = fleet.place(request);
        if (placement instanceof Placement.Refused why) {
          assertThat(why).isEqualTo(fleet.scanRefusal(request));
        }
        boolean isPlaced =
            placement instanceof Placement.Placed(var _, HostId host)
                && expected.equals(Optional.of(host));
        assertThat(isPlaced)
            .as("%s by %s", request, strategy.name())
            .isEqualTo(expected.isPresent());
        refused += isPlaced ? 0 : 1;
      }
    }
  }

  @Property(tries = 60)
  void hosts_that_differ_by_less_than_a_percent_are_told_apart(@ForAll Random random) {
    int hosts = 1 + random.nextInt(60);
    Fleet fleet = new Fleet(Filters.STANDARD, new Spread(), new Overcommit(0));
    for (int number = 0; number < hosts; number++) {
      fleet.upsert(host("h" + number).cpus(10).memory(100_000).build());
    }
    List<RecordId> placed = new ArrayList<>();
    for (int step = 0; step < 4 * hosts; step++) {
      Request request =
          request(step)
              .nanoCpus(1 + random.nextInt(150_000_000))
              .memory(random.nextInt(4) == 0 ? 1_000 : 1 + random.nextInt(1_500))
              .build();
      Strategy strategy = STRATEGIES.get(random.nextInt(5) / 4);
      Optional<HostId> expected = fleet.scan(request, strategy);
      fleet.place(request, strategy);
      assertThat(fleet.placeOf(request.id())).as(strategy.name()).isEqualTo(expected);
      placed.add(request.id());
      if (random.nextInt(3) == 0) {
        fleet.release(placed.remove(random.nextInt(placed.size())));
      }
    }
  }
}
