package dev.berth.scheduler.filter;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.hostId;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.scheduler.AskedPlatform;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.RequestBuilder;
import dev.berth.scheduler.ResourceKind;
import dev.berth.scheduler.expression.Hints;
import dev.berth.scheduler.expression.MalformedHintException;
import dev.berth.scheduler.strategy.Spread;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnFiltersTest {
  private final Fleet fleet = new Fleet(Filters.STANDARD, new Spread(), Overcommit.DEFAULT);

  @ParameterizedTest
  @CsvSource({
    "node==h2, h2",
    "node==h9|h3, h3",
    "NODE==third, h3",
    "node==h*|h1, h1",
    "node==~h9, h1",
    "node==h9, whitelist",
  })
  void a_whitelist_lists_the_only_hosts(String whitelist, String place) {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").build());
    fleet.upsert(host("h3").named("third").build());

    assertThat(place(request(1).hint("whitelist:" + whitelist))).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "whitelist:node!=h1",
        "whitelist:zone==a",
        "whitelist:node==h1||h2",
        "whitelist:node==",
        "spread:",
        "spread:zone,maxskew=0",
        "spread:zone,maxskew=many",
        "spread:zone,colour=red",
        "spread:zone,group=",
      })
  void what_cannot_be_meant_is_refused(String hint) {
    assertThatThrownBy(() -> Hints.parse(List.of(hint)))
        .isInstanceOf(MalformedHintException.class)
        .hasMessageContaining("is invalid");
  }

  @Test
  void hints_read_as_they_were_written() throws MalformedHintException {
    Hints hints =
        Hints.parse(List.of("whitelist:node==~h1|h2", "spread:~Zone,maxskew=2,group=App"));

    assertThat(hints.whitelists()).hasToString("[whitelist:node==~h1|h2]");
    assertThat(hints.topologies()).hasToString("[spread:~zone,maxskew=2,group=app]");
    assertThat(hints.required()).isEqualTo(Hints.NONE);
  }

  @Test
  void a_host_that_is_kept_for_tenants_takes_theirs_alone() {
    fleet.upsert(host("h1").label("berth.tenants", "umbrella, initech").build());
    fleet.upsert(host("h2").memory(10).build());

    assertThat(place(request(1).of("acme").memory(1))).isEqualTo("h2");
    assertThat(place(request(2).of("acme").memory(100))).isEqualTo("resources");
    assertThat(place(request(3).of("initech").memory(100))).isEqualTo("h1");
  }

  @Test
  void a_tenant_is_kept_to_hosts_that_satisfy_all_its_rules() {
    fleet.upsert(host("h1").label("zone", "a").build());
    fleet.upsert(host("h2").label("zone", "b").build());

    assertThat(place(request(1).rule("zone!=b"))).isEqualTo("h1");
    assertThat(place(request(2).rule("zone!=a"))).isEqualTo("h2");
    assertThat(place(request(3).rule("zone!=b").rule("node!=h1"))).isEqualTo("tenant");
    assertThat(place(request(4).rule("zone!=b").hint("constraint:zone==b")))
        .isEqualTo("constraint");
  }

  @Test
  void a_refusal_tells_a_tenant_nothing_of_its_rules_and_operators_all() {
    fleet.upsert(host("h1").build());

    Refused refused = (Refused) fleet.place(request(1).rule("node!=h1").build());

    assertThat(refused.explanation())
        .contains("[open to this tenant]", "tenant removed 1")
        .doesNotContain("h1");
    assertThat(refused.nearest().getFirst().reason()).contains("node!=h1");
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, true",
    "linux/arm64/v8, false",
    "linux, true",
    "windows/amd64, false",
    "arm64, false",
    "x86_64, true",
    "linux/386, true",
    "Linux/X86-64, true",
    "linux/mips, false",
    "'', true",
  })
  void the_platform_that_was_asked_for_is_the_hosts(String platform, boolean placed) {
    fleet.upsert(host("h1").platform("linux", "x86_64").build());

    assertThat(place(request(1).platform(platform))).isEqualTo(placed ? "h1" : "platform");
  }

  @Test
  void no_label_makes_a_host_one_of_another_platform() {
    fleet.upsert(
        host("h1")
            .platform("linux", "x86_64")
            .label("ostype", "windows")
            .label("architecture", "arm64")
            .build());

    assertThat(place(request(1).platform("linux/arm64"))).isEqualTo("platform");
    assertThat(place(request(2).platform("linux/amd64"))).isEqualTo("h1");
  }

  @ParameterizedTest
  @CsvSource({
    "linux/*, '\"linux/*\": wildcards not yet supported: invalid argument'",
    "a/b/c/d, '\"a/b/c/d\": cannot parse platform specifier: invalid argument'",
    "amiga, '\"amiga\": unknown operating system or architecture: invalid argument'",
    "linux/, '\"\" is an invalid component of \"linux/\": platform specifier component must match"
        + " \"^[A-Za-z0-9_-]+$\": invalid argument'",
  })
  void what_is_no_platform_is_told_in_the_engines_words(String platform, String sentence) {
    assertThatThrownBy(() -> AskedPlatform.of(platform))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  @Test
  void a_pressed_host_is_taken_when_no_other_can_be() {
    fleet.upsert(host("h1").label("disk", "ssd").under(Pressure.AVOID).build());
    fleet.upsert(host("h2").memory(100).build());
    fleet.upsert(host("h3").under(Pressure.REFUSE).build());

    assertThat(place(request(1).memory(60).hint("constraint:disk==~ssd"))).isEqualTo("h2");
    assertThat(place(request(2).memory(60).hint("constraint:disk==~ssd"))).isEqualTo("h1");
    assertThat(place(request(3).memory(60))).isEqualTo("h1");
    assertThat(place(request(4).memory(1_040))).isEqualTo("resources");
  }

  @Test
  void a_group_is_spread_over_zones() {
    zones("a", "a", "b");

    for (int i = 0; i < 6; i++) {
      place(request(i).named("shop_web_" + i).memory(10).hint("spread:zone"));
    }

    assertThat(fleet.host(hostId("h2")).orElseThrow().containers()).isEqualTo(3);
  }

  @Test
  void a_zone_that_is_full_holds_a_group_back_unless_the_skew_allows_it() {
    zones("a", "b");
    fleet.reserve(hostId("h1"), request(99).memory(1_000).build());

    assertThat(place(request(1).named("web1").memory(100).hint("spread:zone"))).isEqualTo("h0");
    assertThat(place(request(2).named("web2").memory(100).hint("spread:zone"))).isEqualTo("spread");
    assertThat(place(request(3).named("web3").memory(100).hint("spread:zone,maxskew=2")))
        .isEqualTo("h0");
    assertThat(place(request(4).named("web4").memory(100).hint("spread:~zone"))).isEqualTo("h0");
  }

  @Test
  void a_zone_where_the_group_can_never_go_does_not_count() {
    zones("a", "b");
    fleet.upsert(host("h0").label("zone", "a").is(HostCondition.UNREACHABLE).build());

    assertThat(place(request(1).named("web1").hint("spread:zone"))).isEqualTo("h1");
    assertThat(place(request(2).named("web2").hint("spread:zone"))).isEqualTo("h1");
  }

  @Test
  void other_groups_and_other_tenants_do_not_count() {
    zones("a", "b");
    fleet.reserve(hostId("h0"), request(90).named("db-1").build());
    fleet.reserve(hostId("h0"), request(91).of("umbrella").named("web-1").build());
    fleet.reserve(hostId("h1"), request(92).named("web-2").label("app", "x").build());

    assertThat(place(request(1).named("web-9").hint("spread:zone"))).isEqualTo("h0");
    assertThat(place(request(2).named("any").label("app", "x").hint("spread:zone,group=app")))
        .isEqualTo("h0");
  }

  @Test
  void what_has_no_name_is_a_group_of_its_own() {
    zones("a", "b");
    fleet.reserve(hostId("h0"), request(90).named("web-1").build());
    fleet.reserve(hostId("h0"), request(91).build());
    fleet.reserve(hostId("h1"), request(92).named("db").memory(1_000).build());

    assertThat(place(request(1).memory(100).hint("spread:zone"))).isEqualTo("h0");
    assertThat(place(request(2).memory(100).hint("spread:zone"))).isEqualTo("h0");
  }

  @Test
  void what_is_replaced_does_not_count_with_its_group() {
    zones("a", "b");
    fleet.reserve(hostId("h0"), request(90).named("web-1").build());
    fleet.reserve(hostId("h1"), request(91).named("web-2").build());
    fleet.reserve(hostId("h1"), request(92).named("db").memory(100).build());

    assertThat(place(request(1).named("web-2").memory(10).hint("spread:zone").replacing(91)))
        .isEqualTo("h1");
  }

  @Test
  void a_host_without_the_label_takes_none_of_the_group() {
    fleet.upsert(host("h1").build());

    assertThat(place(request(1).hint("spread:zone"))).isEqualTo("spread");
  }

  @Test
  void devices_are_counted_by_name() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").extra(ResourceKind.GPU, 2).build());

    assertThat(place(request(1).extra(ResourceKind.GPU, 1))).isEqualTo("h2");
    assertThat(place(request(2).extra(ResourceKind.GPU, 2))).isEqualTo("extras");
    assertThat(place(request(3).extra(new ResourceKind("fpga"), 1))).isEqualTo("extras");
    assertThat(place(request(4).extra(ResourceKind.GPU, 1))).isEqualTo("h2");
    fleet.release(RequestBuilder.id(1));
    assertThat(place(request(5).extra(ResourceKind.GPU, 1))).isEqualTo("h2");
  }

  @Test
  void disk_and_pids_are_bounded_only_where_the_host_tells_how_many_it_has() {
    fleet.upsert(host("h1").build());
    assertThat(place(request(1).extra(ResourceKind.PIDS, 1_000_000))).isEqualTo("h1");

    fleet.upsert(host("h1").extra(ResourceKind.PIDS, 1_000_010).build());
    assertThat(place(request(2).extra(ResourceKind.PIDS, 11))).isEqualTo("extras");
    assertThat(place(request(3).extra(ResourceKind.PIDS, 10))).isEqualTo("h1");
  }

  @Test
  void the_system_keeps_its_reserve_before_overcommit() {
    fleet.upsert(host("h1").memory(1_000).keeping(0, 200).build());

    assertThat(place(request(1).memory(841))).isEqualTo("resources");
    assertThat(place(request(2).memory(840))).isEqualTo("h1");
  }

  @Test
  void a_host_may_have_its_own_overcommit_for_each_resource() {
    fleet.upsert(
        host("h1")
            .cpus(4)
            .memory(1_000)
            .extra(ResourceKind.GPU, 2)
            .with(new Overcommit(100, 0, Map.of(ResourceKind.GPU, 50)))
            .build());

    assertThat(place(request(1).cpus(8))).isEqualTo("h1");
    assertThat(place(request(2).memory(1_001))).isEqualTo("resources");
    assertThat(place(request(3).extra(ResourceKind.GPU, 3))).isEqualTo("h1");
  }

  private void zones(String... zones) {
    for (int i = 0; i < zones.length; i++) {
      fleet.upsert(host("h" + i).label("zone", zones[i]).build());
    }
  }

  /** The host, or the last filter that removed some. */
  private String place(RequestBuilder request) {
    return switch (fleet.place(request.build())) {
      case Placed placed -> placed.host().value();
      case Refused refused -> refused.removals().getLast().filter();
    };
  }
}
