package dev.berth.manager.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.NetworkRecord;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworksTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId UMBRELLA = new TenantId("umbrella");
  private static final HostId HOST = new HostId("h1");
  private static final String ID = "ab12" + "0".repeat(60);
  private static final String SECOND_ID = "ab34" + "0".repeat(60);

  private final Set<HostId> lost = new HashSet<>();
  private final Networks networks = new Networks(lost::contains, new Events());

  private static NetworkRecord record(TenantId tenant, String name, String host, String id) {
    return new NetworkRecord(
        "0".repeat(32), tenant.value(), name, host, Claim.State.SETTLED, id, 0, 1);
  }

  private static JsonNode seen(String name, String id, String subnet) {
    try {
      return new JsonMapper()
          .readTree(
              """
              {"Name":"%s","Id":"%s","Created":"2030-01-01T00:00:00Z","Scope":"local",
               "Driver":"bridge","IPAM":{"Driver":"default","Config":[{"Subnet":"%s"}]},
               "Containers":{},"Options":{},"Labels":{"berth.tenant":"acme","a":"b"}}"""
                  .formatted(name, id, subnet));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<String> namesOf(TenantId tenant) {
    return networks.of(tenant).stream().map(Network::name).toList();
  }

  private String found(TenantId tenant, String reference) {
    return switch (networks.resolve(tenant, reference)) {
      case NetworkResolution.Found(Network network) -> network.name();
      case NetworkResolution.NotFound _ -> "not found";
      case NetworkResolution.Ambiguous(int matches) -> matches + " matches";
    };
  }

  @Test
  void a_network_is_its_tenants_while_record_and_host_agree() {
    networks.snapshot(HOST, List.of(seen("acme.net", ID, "10.1.0.0/24")));
    assertThat(namesOf(ACME)).containsExactly("bridge", "none");
    networks.put(record(ACME, "net", "h1", ID));
    assertThat(namesOf(ACME)).containsExactly("net", "bridge", "none");
    assertThat(namesOf(UMBRELLA)).containsExactly("bridge", "none");
    networks.changed(HOST, List.of(), List.of(ID));
    assertThat(namesOf(ACME)).containsExactly("bridge", "none");
    assertThat(networks.missing()).hasSize(1);
    lost.add(HOST);
    assertThat(namesOf(ACME)).containsExactly("net", "bridge", "none");
    assertThat(networks.missing()).isEmpty();
  }

  @Test
  void a_reference_is_an_id_a_name_or_the_beginning_of_an_id_of_ones_own() {
    networks.snapshot(
        HOST,
        List.of(seen("acme.net", ID, "10.1.0.0/24"), seen("acme.two", SECOND_ID, "10.2.0.0/24")));
    networks.put(record(ACME, "net", "h1", ID));
    networks.put(record(ACME, "two", "h1", SECOND_ID));
    assertThat(found(ACME, ID)).isEqualTo("net");
    assertThat(found(ACME, "net")).isEqualTo("net");
    assertThat(found(ACME, "ab12")).isEqualTo("net");
    assertThat(found(ACME, "ab")).isEqualTo("2 matches");
    assertThat(found(ACME, "")).isEqualTo("not found");
    assertThat(found(ACME, "acme.net")).isEqualTo("not found");
    for (String reference : List.of(ID, "net", "ab12")) {
      assertThat(found(UMBRELLA, reference)).isEqualTo("not found");
    }
    assertThat(found(ACME, "bridge")).isEqualTo("bridge");
    assertThat(found(ACME, Predefined.id(ACME, "bridge"))).isEqualTo("bridge");
    assertThat(found(UMBRELLA, Predefined.id(ACME, "bridge"))).isEqualTo("not found");
  }

  @Test
  void the_default_network_is_one_over_all_hosts_and_not_among_the_tenants_own() {
    networks.snapshot(HOST, List.of(seen("acme.bridge", ID, "10.200.1.0/24")));
    networks.snapshot(new HostId("h2"), List.of(seen("acme.bridge", SECOND_ID, "10.200.2.0/24")));
    networks.bridgePut(record(ACME, "bridge", "h1", ID));
    networks.bridgePut(record(ACME, "bridge", "h2", SECOND_ID));
    assertThat(namesOf(ACME)).containsExactly("bridge", "none");
    assertThat(found(ACME, ID)).isEqualTo("not found");
    JsonNode json = networks.of(ACME).getFirst().json();
    assertThat(json.path("Id").asText()).isEqualTo(Predefined.id(ACME, "bridge"));
    assertThat(json.path("IPAM").path("Config").toString())
        .isEqualTo("[{\"Subnet\":\"10.200.1.0/24\"},{\"Subnet\":\"10.200.2.0/24\"}]");
  }

  @Test
  void what_a_tenant_sees_has_its_own_name_and_labels_alone() {
    networks.snapshot(HOST, List.of(seen("acme.net", ID, "10.1.0.0/24")));
    networks.put(record(ACME, "net", "h1", ID));
    JsonNode json = networks.of(ACME).getFirst().json();
    assertThat(json.path("Name").asText()).isEqualTo("net");
    assertThat(json.path("Labels").toString()).isEqualTo("{\"a\":\"b\"}");
  }

  private List<String> listed(String filters, boolean used) {
    networks.snapshot(HOST, List.of(seen("acme.net", ID, "10.1.0.0/24")));
    networks.put(record(ACME, "net", "h1", ID));
    NetworkQuery query =
        new NetworkQuery(
            Filters.parse(filters, Set.of("dangling", "type", "until", "label", "driver", "id")),
            _ -> used,
            Instant.parse("2031-01-01T00:00:00Z"));
    return networks.of(ACME).stream().filter(query).map(Network::name).toList();
  }

  @Test
  void filters_are_those_of_an_engine() {
    assertThat(listed("{\"dangling\":[\"true\"]}", false)).containsExactly("net");
    assertThat(listed("{\"dangling\":[\"true\"]}", true)).isEmpty();
    assertThat(listed("{\"dangling\":[\"false\"]}", true)).containsExactly("net", "bridge", "none");
    assertThat(listed("{\"type\":[\"builtin\"]}", true)).containsExactly("bridge", "none");
    assertThat(listed("{\"driver\":[\"null\"]}", true)).containsExactly("none");
    assertThat(listed("{\"id\":[\"^ab12\"]}", true)).containsExactly("net");
    assertThat(listed("{\"label\":[\"a=b\"],\"until\":[\"1h\"]}", true)).containsExactly("net");
    assertThat(listed("{\"label\":[\"a=b\"],\"until\":[\"100000h\"]}", true)).isEmpty();
    assertThatThrownBy(() -> listed("{\"type\":[\"x\"]}", true))
        .hasMessage("invalid filter: 'type'='x'");
  }
}
