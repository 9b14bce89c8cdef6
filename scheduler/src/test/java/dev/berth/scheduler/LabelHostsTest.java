package dev.berth.scheduler;

import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LabelHostsTest {
  private static final Label WEB = new Label("role", "web");

  private final LabelHosts labels = new LabelHosts();
  private final List<Reservation> all = new ArrayList<>();

  private Reservation added(int id, int host, String role) {
    Reservation reservation =
        new Reservation(
            request(id).label("role", role).build(),
            id,
            id,
            host,
            new Tenancy(new TenantId("acme")));
    labels.add(reservation);
    all.add(reservation);
    return reservation;
  }

  private List<Integer> hosts(Label label) {
    LabelHosts.Holders holders = labels.of(List.of(label), () -> all).orElseThrow().getFirst();
    return IntStream.range(0, holders.size()).mapToObj(holders::host).toList();
  }

  @Test
  void a_host_is_named_once_and_for_as_long_as_it_has_one() {
    added(1, 7, "web");
    assertThat(hosts(WEB)).containsExactly(7);
    Reservation second = added(2, 7, "web");
    Reservation other = added(3, 4, "web");
    added(4, 5, "db");

    assertThat(hosts(WEB)).containsExactly(4, 7);
    labels.remove(second);
    assertThat(hosts(WEB)).containsExactly(4, 7);
    labels.remove(other);
    assertThat(hosts(WEB)).containsExactly(7);
  }

  @Test
  void what_was_there_before_a_key_was_asked_for_is_found() {
    for (int id = 0; id < 100; id++) {
      added(id, 99 - id, id % 2 == 0 ? "web" : "db");
    }

    assertThat(hosts(WEB)).hasSize(50).isSorted().contains(99).doesNotContain(98);
  }

  @Test
  void of_a_value_that_nobody_has_any_more_nothing_is_kept() {
    assertThat(hosts(WEB)).isEmpty();
    labels.remove(added(1, 7, "web"));

    assertThat(labels.of(List.of(WEB), () -> all).orElseThrow()).containsExactly(LabelHosts.NOBODY);
  }

  @Test
  void of_more_keys_than_can_be_kept_the_hosts_are_not_known() {
    assertThat(labels.of(labelled(LabelHosts.MAX_KEYS + 1), () -> all)).isEmpty();
    assertThat(labels.of(List.of(WEB), () -> all)).isPresent();
    assertThat(labels.of(labelled(LabelHosts.MAX_KEYS - 1), () -> all)).isPresent();

    assertThat(labels.of(List.of(new Label("other", "x")), () -> all)).isEmpty();
    assertThat(labels.of(List.of(WEB), () -> all)).isPresent();
  }

  private static List<Label> labelled(int keys) {
    return IntStream.range(0, keys).mapToObj(key -> new Label("key" + key, "x")).toList();
  }

  @Test
  void a_label_that_tells_containers_apart_is_not_kept() {
    assertThat(hosts(WEB)).isEmpty();
    for (int id = 0; id < LabelHosts.MAX_VALUES; id++) {
      added(id, id % 10, "r" + id);
    }
    assertThat(hosts(new Label("role", "r17"))).containsExactly(7);

    Reservation last = added(LabelHosts.MAX_VALUES, 3, "web");

    assertThat(labels.of(List.of(WEB), () -> all)).isEmpty();
    labels.remove(last);
    labels.remove(all.getFirst());
    assertThat(labels.of(List.of(WEB), () -> all)).isEmpty();
  }
}
