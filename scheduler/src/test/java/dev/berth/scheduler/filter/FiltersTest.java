package dev.berth.scheduler.filter;

import static dev.berth.scheduler.HostBuilder.host;
import static dev.berth.scheduler.RequestBuilder.hostId;
import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.Host;
import dev.berth.scheduler.HostBuilder;
import dev.berth.scheduler.HostPort.Protocol;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Placement;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.Platform;
import dev.berth.scheduler.RequestBuilder;
import dev.berth.scheduler.strategy.Spread;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiltersTest {
  private static final String CONTAINER_ID = "0123456789ab".repeat(5) + "cdef";

  private final Fleet fleet = new Fleet(Filters.STANDARD, new Spread(), Overcommit.DEFAULT);

  @Test
  void they_are_asked_in_swarms_order() {
    assertThat(Filters.STANDARD)
        .extracting(Filter::name)
        .containsExactly(
            "health",
            "tenant",
            "port",
            "containerslots",
            "dependency",
            "affinity",
            "constraint",
            "whitelist",
            "platform",
            "resources",
            "extras",
            "spread");
  }

  @Test
  void dns_over_tcp_and_udp_fit_on_one_host() {
    fleet.upsert(host("h1").build());
    fleet.reserve(hostId("h1"), request(1).port("", 53, Protocol.UDP).build());

    assertThat(isPlaced(request(2).port("", 53, Protocol.TCP))).isTrue();
    assertThat(isPlaced(request(3).port("10.0.0.1", 53, Protocol.UDP))).isFalse();
  }

  @Test
  void container_slots_count_all_containers() {
    fleet.upsert(host("h1").label("containerslots", "2").build());

    assertThat(isPlaced(request(1))).isTrue();
    assertThat(isPlaced(request(2))).isTrue();
    assertThat(removedBy(request(3))).isEqualTo("containerslots");
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "", "99999999999"})
  void container_slots_that_are_no_number_set_no_bound(String slots) {
    fleet.upsert(host("h1").label("containerslots", slots).build());

    assertThat(isPlaced(request(1))).isTrue();
  }

  @Test
  void a_container_goes_where_it_depends_on() {
    fleet.upsert(host("h1").build());
    fleet.upsert(host("h2").build());

    assertThat(fleet.place(request(1).with("h2").build()))
        .isEqualTo(new Placed(RequestBuilder.id(1), hostId("h2")));
    assertThat(removedBy(request(2).with("h1", "h2"))).isEqualTo("dependency");
    assertThat(removedBy(request(3).with("h9"))).isEqualTo("dependency");
  }

  @ParameterizedTest
  @CsvSource({
    "node==id-1, true",
    "node==first, true",
    "NODE==first, true",
    "node!=id-1, false",
    "node==FIRST, false",
    "zone==a, true",
    "Zone==a, true",
    "zone!=b, true",
    "absent==a, false",
    "absent!=a, true",
    "absent==/^$/, true",
    "storagedriver==overlay*, true",
    "kernelversion==/^6[.]/, true",
    "operatingsystem==*bookworm*, true",
    "ostype==linux, true",
    "architecture==x86_64, true",
    "engineversion==20.10.*, true",
    "EngineVersion!=20.10.24, false",
    "engineversion==/^19[.]/, false",
  })
  void constraints_hold_against_id_name_labels_and_platform(String constraint, boolean placed) {
    Platform platform =
        new Platform(
            "overlay2", "6.1.0", "Debian GNU/Linux 12 (bookworm)", "linux", "x86_64", "20.10.24");
    HostBuilder builder = host("id-1").named("first");
    Host.labels(platform, Map.of("ZONE", "a")).forEach(builder::label);
    fleet.upsert(builder.build());

    assertThat(isPlaced(request(1).hint("constraint:" + constraint))).isEqualTo(placed);
  }

  @Test
  void a_label_that_was_given_wins_over_the_platforms() {
    Platform platform = new Platform("overlay2", "6.1.0", "Debian", "linux", "x86_64", "20.10.24");

    assertThat(Host.labels(platform, Map.of("StorageDriver", "fast")))
        .containsEntry("storagedriver", "fast")
        .containsEntry("ostype", "linux");
  }

  @ParameterizedTest
  @CsvSource({
    "container==web, true",
    "container==w*, true",
    "container==0123456789ab, true",
    "container==" + "0123456789ab0123456789ab0123456789ab0123456789ab0123456789abcdef" + ", true",
    "container==00000000000000000000000000000063, true",
    "container!=web, false",
    "container!=db, true",
    "container==db, false",
    "com.example.Role==front, true",
    "com.example.role!=front, false",
    "com.example.absent==x, false",
    "com.example.absent!=x, true",
  })
  void affinities_hold_against_names_ids_and_labels_of_containers(String affinity, boolean placed) {
    fleet.upsert(host("h1").build());
    fleet.reserve(
        hostId("h1"),
        request(99)
            .named("web")
            .containerId(CONTAINER_ID)
            .label("com.example.role", "front")
            .build());

    assertThat(isPlaced(request(1).hint("affinity:" + affinity))).isEqualTo(placed);
  }

  @Test
  void another_tenants_containers_are_not_seen() {
    fleet.upsert(host("h1").build());
    fleet.reserve(hostId("h1"), request(1).of("umbrella").named("web").label("role", "x").build());

    assertThat(isPlaced(request(2).hint("affinity:container==web"))).isFalse();
    assertThat(isPlaced(request(3).hint("affinity:role==x"))).isFalse();
    assertThat(isPlaced(request(4).hint("affinity:container!=web", "affinity:role!=x"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "registry:5000/team/redis:7, true",
    "registry:5000/team/redis, true",
    "registry, false",
    "sha256:aabbccddeeff00112233, true",
    "aabbccddeeff, true",
    "aabbccddeeff00112233, true",
    "redis, false",
    "*redis*, true",
  })
  void affinity_to_an_image_takes_id_tag_or_repository(String image, boolean placed) {
    fleet.upsert(host("h1").build());
    RequestBuilder request =
        request(1).knowing("h1", "registry:5000/team/redis:7", "sha256:aabbccddeeff00112233");

    assertThat(isPlaced(request.hint("affinity:image==" + image))).isEqualTo(placed);
  }

  @Test
  void a_label_too_long_to_match_is_not_there() {
    fleet.upsert(host("h1").label("long", "x".repeat(1_025)).build());

    assertThat(isPlaced(request(1).hint("constraint:long==x*"))).isFalse();
  }

  private boolean isPlaced(RequestBuilder request) {
    return fleet.place(request.build()) instanceof Placed;
  }

  private String removedBy(RequestBuilder request) {
    Placement placement = fleet.place(request.build());
    assertThat(placement).isInstanceOf(Refused.class);
    return ((Refused) placement).removals().getLast().filter();
  }
}
