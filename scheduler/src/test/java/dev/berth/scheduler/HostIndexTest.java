package dev.berth.scheduler;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.scheduler.expression.Expression;
import dev.berth.scheduler.expression.Hints;
import dev.berth.scheduler.expression.MalformedHintException;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.strategy.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

final class HostIndexTest {
  private final Usage usage = new Usage();
  private final Holdings held = new Holdings();
  private final HostIndex index = new HostIndex(usage);

  private List<HostState> hosts(int count, IntFunction<HostBuilder> made) {
    List<HostState> hosts = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      HostState state = new HostState(new HostId("h%05d".formatted(number)), number, usage, held);
      state.describe(made.apply(number).build(), new Overcommit(0));
      hosts.add(state);
    }
    return hosts;
  }

  private static List<Expression> constraints(String... keys) throws MalformedHintException {
    List<String> texts = new ArrayList<>();
    for (String key : keys) {
      texts.add("constraint:" + key + "==x");
    }
    return Hints.parse(texts).constraints();
  }

  @Test
  void a_label_that_tells_hosts_apart_is_no_kind_of_them() throws MalformedHintException {
    List<HostState> hosts = hosts(5_000, n -> host("h" + n).label("serial", "s" + n));

    assertThat(index.knows(hosts, constraints("serial"))).isFalse();
    assertThat(index.knows(hosts, List.of())).isTrue();
    assertThat(index.knows(hosts, constraints("zone"))).isTrue();
  }

  @Test
  void labels_that_together_tell_hosts_apart_are_not_all_kinds_of_them()
      throws MalformedHintException {
    List<HostState> hosts =
        hosts(3_600, n -> host("h" + n).label("row", "r" + n / 60).label("rack", "k" + n % 60));

    assertThat(index.knows(hosts, constraints("row"))).isTrue();
    assertThat(index.knows(hosts, constraints("rack"))).isFalse();
    assertThat(index.knows(hosts, constraints("row"))).isTrue();
    assertThat(index.knows(hosts, List.of())).isTrue();
  }

  @Test
  void it_is_back_when_hosts_are_alike_again() {
    assertThat(index.knows(hosts(2_000, n -> host("h" + n).memory(1_000_000 + n)), List.of()))
        .isFalse();

    index.invalidate();

    assertThat(index.knows(hosts(20, n -> host("h" + n)), List.of())).isTrue();
  }

  @Test
  void a_host_that_gets_the_number_of_one_that_left_begins_with_nothing() {
    Fleet fleet = new Fleet(Filters.STANDARD, new Spread(), new Overcommit(0));
    fleet.upsert(host("h1").extra(ResourceKind.GPU, 2).build());
    fleet.reserve(
        new HostId("h1"),
        request(1).cpus(1).memory(100).extra(ResourceKind.GPU, 2).label("role", "web").build());
    fleet.remove(new HostId("h1"));
    fleet.upsert(host("h2").cpus(1).memory(100).extra(ResourceKind.GPU, 2).build());

    HostState host = fleet.host(new HostId("h2")).orElseThrow();
    assertThat(host.used().cpus().value()).isZero();
    assertThat(host.containers()).isZero();
    assertThat(host.reservations()).isEmpty();
    assertThat(host.gpusLeft()).isEqualTo(2);
    Placement placed =
        fleet.place(
            request(2)
                .cpus(1)
                .memory(100)
                .extra(ResourceKind.GPU, 2)
                .hint("affinity:role!=web")
                .build());
    assertThat(Optional.of(placed))
        .get()
        .isInstanceOf(Placement.Placed.class)
        .extracting(found -> ((Placement.Placed) found).host())
        .isEqualTo(new HostId("h2"));
  }
}
