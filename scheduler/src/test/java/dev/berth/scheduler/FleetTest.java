package dev.berth.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.resource.Resources;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Placement.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class FleetTest {
  private static final long GIB = 1L << 30;
  private static final Set<HostId> ALL = Set.of(host(1), host(2), host(3));

  private final Fleet fleet = new Fleet();

  FleetTest() {
    ALL.forEach(id -> fleet.put(new Host(id, Resources.ofHost(4, 8 * GIB), true)));
  }

  private static HostId host(int number) {
    return new HostId("h" + number);
  }

  private static Request asking(int cpus, long memory) {
    return new Request(
        RecordId.random(), new Resources(cpus * 1_000_000_000L, memory), Set.of(), Set.of());
  }

  private static Request with(Request request, Set<Port> ports, Set<HostId> boundTo) {
    return new Request(request.id(), request.resources(), ports, boundTo);
  }

  private HostId placed(Request request) {
    return ((Placed) fleet.place(request)).host();
  }

  @Test
  void containers_without_limits_spread_by_number() {
    List<HostId> places = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      places.add(placed(asking(0, 0)));
    }
    assertThat(places).containsExactly(host(1), host(2), host(3), host(1), host(2), host(3));
  }

  @Test
  void the_host_with_most_left_is_taken_whatever_the_number_of_containers() {
    placed(asking(0, 4 * GIB));
    placed(asking(0, 2 * GIB));
    assertThat(placed(asking(0, GIB))).isEqualTo(host(3));
    assertThat(placed(asking(0, GIB))).isEqualTo(host(3));
    assertThat(placed(asking(0, GIB))).isEqualTo(host(2));
  }

  @Test
  void a_host_is_filled_to_a_twentieth_over_and_no_further() {
    for (int i = 0; i < 12; i++) {
      placed(asking(1, 0));
    }
    Placement refused = fleet.place(asking(1, 0));
    assertThat(((Refused) refused).sentence())
        .startsWith("no resources available to schedule container")
        .contains("of 3 hosts, 3 have too little CPU or memory left");
    assertThat(fleet.place(asking(0, GIB))).isInstanceOf(Placed.class);
  }

  @Test
  void what_is_released_can_be_taken_again() {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Request request = asking(0, 8 * GIB);
      requests.add(request);
      placed(request);
    }
    assertThat(fleet.place(asking(0, GIB))).isInstanceOf(Refused.class);
    fleet.release(requests.get(1).id());
    assertThat(placed(asking(0, 8 * GIB))).isEqualTo(host(2));
  }

  @Test
  void the_same_port_of_another_protocol_or_address_is_another_port() {
    Set<Port> dns = Set.of(new Port("", 53, "tcp"));
    for (int i = 1; i <= 3; i++) {
      assertThat(placed(with(asking(0, 0), dns, Set.of()))).isEqualTo(host(i));
    }
    assertThat(((Refused) fleet.place(with(asking(0, 0), dns, Set.of()))).sentence())
        .contains("port is already allocated");
    assertThat(fleet.place(with(asking(0, 0), Set.of(new Port("", 53, "udp")), Set.of())))
        .isInstanceOf(Placed.class);
    assertThat(fleet.place(with(asking(0, 0), Set.of(new Port("10.0.0.1", 53, "tcp")), Set.of())))
        .isInstanceOf(Refused.class);
    Port one = new Port("10.0.0.1", 80, "tcp");
    Port two = new Port("10.0.0.2", 80, "tcp");
    assertThat(placed(with(asking(0, 0), Set.of(one), Set.of(host(1))))).isEqualTo(host(1));
    assertThat(placed(with(asking(0, 0), Set.of(two), Set.of(host(1))))).isEqualTo(host(1));
  }

  @Test
  void what_is_joined_goes_to_the_same_host_or_nowhere() {
    assertThat(placed(with(asking(0, 0), Set.of(), Set.of(host(3))))).isEqualTo(host(3));
    assertThat(fleet.place(with(asking(0, 0), Set.of(), Set.of(host(1), host(2)))))
        .isInstanceOf(Refused.class);
  }

  @Test
  void hosts_that_do_not_answer_are_passed_over() {
    fleet.put(new Host(host(1), Resources.ofHost(4, 8 * GIB), false));
    assertThat(placed(asking(0, 0))).isEqualTo(host(2));
    ALL.forEach(id -> fleet.put(new Host(id, Resources.ofHost(4, 8 * GIB), false)));
    assertThat(((Refused) fleet.place(asking(0, 0))).sentence())
        .startsWith("No healthy node available in the cluster");
    assertThat(((Refused) new Fleet().place(asking(0, 0))).sentence())
        .isEqualTo("No healthy node available in the cluster");
  }

  @Test
  void a_reservation_that_is_made_again_counts_once() {
    Request request = asking(1, GIB);
    fleet.reserve(host(1), request);
    fleet.reserve(host(2), request);
    assertThat(fleet.reserved(host(1))).isEqualTo(Resources.NONE);
    assertThat(fleet.reserved(host(2))).isEqualTo(request.resources());
    fleet.release(request.id());
    fleet.release(request.id());
    assertThat(fleet.reserved(host(2))).isEqualTo(Resources.NONE);
  }

  @Property(tries = 200)
  void no_host_is_ever_over_its_bound_and_nothing_is_lost(
      @ForAll @Size(max = 80) List<@IntRange(min = 0, max = 999) Integer> steps) {
    Fleet random = new Fleet();
    ALL.forEach(id -> random.put(new Host(id, Resources.ofHost(4, 8 * GIB), true)));
    Map<RecordId, Request> live = new HashMap<>();
    Map<RecordId, HostId> where = new HashMap<>();
    for (int step : steps) {
      if (step % 4 == 0 && !live.isEmpty()) {
        RecordId id =
            live.keySet().stream()
                .sorted(java.util.Comparator.comparing(RecordId::value))
                .toList()
                .get(step % live.size());
        random.release(id);
        live.remove(id);
        where.remove(id);
        continue;
      }
      Request request = asking(step % 4, (step % 7) * GIB);
      if (random.place(request) instanceof Placed(HostId host)) {
        live.put(request.id(), request);
        where.put(request.id(), host);
      }
    }
    for (HostId id : ALL) {
      Resources sum = Resources.NONE;
      for (Map.Entry<RecordId, HostId> place : where.entrySet()) {
        if (place.getValue().equals(id)) {
          sum = sum.plus(live.get(place.getKey()).resources());
        }
      }
      assertThat(random.reserved(id)).isEqualTo(sum);
      assertThat(sum.nanoCpus()).isLessThanOrEqualTo(4_200_000_000L);
      assertThat(sum.memory()).isLessThanOrEqualTo(8 * GIB / 100 * 105);
    }
  }

  @Property(tries = 200)
  void the_chosen_host_is_a_least_full_one(
      @ForAll @Size(min = 3, max = 3) List<@IntRange(min = 0, max = 3) Integer> cpus,
      @ForAll @IntRange(min = 1, max = 4) int asked) {
    Fleet random = new Fleet();
    for (int i = 1; i <= 3; i++) {
      random.put(new Host(host(i), Resources.ofHost(4, 8 * GIB), true));
      random.reserve(host(i), asking(cpus.get(i - 1), 0));
    }
    int least = cpus.stream().mapToInt(Integer::intValue).min().orElseThrow();
    Placement placement = random.place(asking(asked, 0));
    if (least + asked > 4) {
      assertThat(placement).isInstanceOf(Refused.class);
    } else {
      assertThat(placement).isEqualTo(new Placed(host(cpus.indexOf(least) + 1)));
    }
  }
}
