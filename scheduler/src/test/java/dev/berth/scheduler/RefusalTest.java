package dev.berth.scheduler;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.hostId;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.Placement.Miss;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.Placement.Removal;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.strategy.Spread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {
  private final Fleet fleet = new Fleet(Filters.STANDARD, new Spread(), Overcommit.DEFAULT);

  @Test
  void without_hosts_there_is_no_healthy_one() {
    Refused refused = refused(request(1));

    assertThat(refused.message()).isEqualTo("No healthy node available in the cluster");
    assertThat(refused.explanation())
        .isEqualTo("No healthy node available in the cluster (there are no hosts)");
  }

  @Test
  void hosts_that_are_all_cordoned_or_down_are_not_healthy() {
    fleet.upsert(host("h1").is(HostCondition.CORDONED).build());
    fleet.upsert(host("h2").is(HostCondition.UNREACHABLE).build());

    Refused refused = refused(request(1).hint("constraint:zone==a"));

    assertThat(refused.explanation())
        .isEqualTo("No healthy node available in the cluster (of 2 hosts, health removed 2)");
    assertThat(refused.nearest())
        .containsExactly(
            new Miss(hostId("h1"), "health", "it is cordoned"),
            new Miss(hostId("h2"), "health", "it does not answer"));
  }

  @Test
  void a_port_that_is_taken_on_every_healthy_host_has_the_engines_wording() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").is(HostCondition.DRAINING).build());
    fleet.reserve(hostId("h1"), request(1).tcp(80).build());

    Refused refused = refused(request(2).tcp(443).tcp(80));

    assertThat(refused.explanation())
        .isEqualTo(
            "Bind for 0.0.0.0:80 failed: port is already allocated (of 2 hosts, health removed 1,"
                + " port removed 1; nearest: 0.0.0.0:80/tcp already allocated)");
    assertThat(refused.removals())
        .containsExactly(
            new Removal("health", "healthy", 1),
            new Removal("port", "port 80/tcp port 443/tcp", 1));
    assertThat(refused.nearest())
        .containsExactly(new Miss(hostId("h1"), "port", "0.0.0.0:80/tcp already allocated"));
  }

  @Test
  void conditions_that_no_host_satisfies_are_listed() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").label("zone", "a").build());
    fleet.reserve(hostId("h2"), request(1).tcp(80).build());

    Refused refused =
        refused(request(2).tcp(80).hint("constraint:zone==a", "constraint:disk==~ssd"));

    assertThat(refused.explanation())
        .isEqualTo(
            "Unable to find a node that satisfies the following conditions [port 80/tcp] [zone==a]"
                + " (of 2 hosts, port removed 1, constraint removed 1;"
                + " nearest: zone==a does not hold)");
    assertThat(refused.nearest())
        .containsExactly(new Miss(hostId("h1"), "constraint", "zone==a does not hold"));
  }

  @Test
  void hosts_without_room_are_swarms_no_resources() {
    fleet.upsert(host("h1").cpus(2).memory(1024).build());
    fleet.upsert(host("h2").label("zone", "a").build());

    Refused refused = refused(request(1).cpus(3).memory(2048).hint("constraint:zone!=a"));

    assertThat(refused.explanation())
        .isEqualTo(
            "no resources available to schedule container"
                + " (of 2 hosts, constraint removed 1, resources removed 1;"
                + " nearest: 3 CPUs asked for, 2.1 CPUs left"
                + " and 2KiB of memory asked for, 1.05KiB left)");
    assertThat(refused.removals().getLast().condition()).isEqualTo("3 CPUs and 2KiB of memory");
    assertThat(refused.nearest().getFirst().reason())
        .isEqualTo(
            "3 CPUs asked for, 0 CPUs of 2.1 CPUs reserved;"
                + " 2KiB of memory asked for, 0B of 1.05KiB reserved");
  }

  @Test
  void a_device_of_which_too_little_is_left_is_named() {
    ResourceKind fuse = new ResourceKind("/dev/fuse");
    fleet.upsert(host("h1").extra(fuse, 1).build());
    fleet.upsert(host("h2").build());
    fleet.reserve(hostId("h1"), request(1).extra(fuse, 1).build());

    Refused refused = refused(request(2).extra(fuse, 1).extra(ResourceKind.PIDS, 100));

    assertThat(refused.explanation())
        .isEqualTo(
            "no resources available to schedule container: too little is left of /dev/fuse; ask for"
                + " less, or an operator for more (of 2 hosts, extras removed 2; nearest: 1 of"
                + " /dev/fuse asked for, 0 left)");
    assertThat(refused.nearest())
        .containsExactly(
            new Miss(hostId("h1"), "extras", "1 of /dev/fuse asked for, 1 of 1 reserved"),
            new Miss(hostId("h2"), "extras", "1 of /dev/fuse asked for, it declares none"));
  }

  @Test
  void the_nearest_miss_is_the_host_that_lacks_least() {
    fleet.upsert(host("h1").cpus(1).memory(1_000).build());
    fleet.upsert(host("h2").cpus(8).memory(3_000).build());
    fleet.upsert(host("h3").cpus(8).memory(2_000).build());

    Refused refused = refused(request(1).cpus(2).memory(4_000));

    assertThat(refused.explanation())
        .endsWith("; nearest: 3.91KiB of memory asked for, 3.08KiB left)");
    assertThat(refused.nearest())
        .extracting(Miss::host)
        .containsExactly(hostId("h2"), hostId("h3"), hostId("h1"));
  }

  @Test
  void the_nearest_miss_is_looked_for_among_all_hosts() {
    for (int i = 0; i < 200; i++) {
      fleet.upsert(host("h%03d".formatted(i)).memory(1_000 + 10 * i).build());
    }

    assertThat(refused(request(1).memory(4_000)).nearest())
        .extracting(Miss::host)
        .containsExactly(hostId("h199"), hostId("h198"), hostId("h197"));
  }

  @Test
  void what_is_bound_to_a_host_that_is_no_longer_open_to_its_tenant_is_told_so() {
    fleet.upsert(host("h1").label("zone", "a").build());
    fleet.upsert(host("h2").label("zone", "b").build());

    assertThat(refused(request(1).with("h1").rule("zone!=a")).explanation())
        .isEqualTo(
            "what the container is bound to, a volume, a network or another container of its own,"
                + " is on a host that is no longer open to this tenant: ask an operator, or use"
                + " others (of 2 hosts, tenant removed 1, dependency removed 1)");
    assertThat(refused(request(1).with("h1").rule("zone!=b").memory(4_000)).message())
        .isEqualTo("no resources available to schedule container");
  }

  @ParameterizedTest
  @ValueSource(strings = {"constraint:node==h1", "constraint:node!=h2", "whitelist:node==h1"})
  void how_full_a_host_is_that_the_request_names_is_told_to_operators_alone(String hint) {
    fleet.upsert(host("h1").memory(1_000).build());
    fleet.upsert(host("h2").memory(1_000).build());

    Refused refused = refused(request(1).memory(4_000).hint(hint));

    assertThat(refused.explanation()).endsWith("resources removed 1)").doesNotContain("nearest");
    assertThat(refused.nearest().getFirst().reason()).contains("of 1.03KiB reserved");
  }

  @Test
  void a_device_that_is_nearly_enough_is_told() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").extra(ResourceKind.GPU, 2).extra(ResourceKind.DISK, 1L << 30).build());

    assertThat(
            refused(request(1).extra(ResourceKind.GPU, 3).extra(ResourceKind.DISK, 2L << 30))
                .explanation())
        .endsWith("; nearest: 2GiB of disk asked for, 1GiB left and 3 of gpu asked for, 2 left)");
  }

  @Test
  void what_is_missing_for_a_group_names_no_value_of_the_label() {
    fleet.upsert(host("h1").label("name", "secret-host").build());
    fleet.upsert(host("h2").label("name", "other-host").cpus(1).build());
    fleet.reserve(hostId("h1"), request(1).named("web-1").build());
    fleet.reserve(hostId("h2"), request(2).of("umbrella").cpus(1).build());

    assertThat(refused(request(3).named("web-2").cpus(1).hint("spread:name")).explanation())
        .endsWith("; nearest: 1 of the group are on its name already, and 0 on another)");
  }

  @Test
  void the_message_names_no_host() {
    fleet.upsert(host("secret-host").build());

    Refused refused =
        refused(
            request(1).with("other-host").hint("affinity:image==nginx", "affinity:container==x"));

    assertThat(refused.explanation()).doesNotContain("secret-host").doesNotContain("other-host");
  }

  @Test
  void a_refusal_changes_nothing() {
    fleet.upsert(host("h1").build());
    refused(request(1).memory(5_000).tcp(80));

    assertThat(fleet.host(hostId("h1")).orElseThrow().containers()).isZero();
    assertThat(fleet.place(request(1).tcp(80).build())).isInstanceOf(Placement.Placed.class);
  }

  private Refused refused(RequestBuilder request) {
    Placement placement = fleet.place(request.build());
    assertThat(placement).isInstanceOf(Refused.class);
    return (Refused) placement;
  }
}
