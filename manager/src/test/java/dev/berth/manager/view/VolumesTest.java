package dev.berth.manager.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.VolumeRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VolumesTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId UMBRELLA = new TenantId("umbrella");
  private static final HostId HOST = new HostId("h1");
  private static final String HEX = "0123456789abcdef".repeat(4);

  private final Set<HostId> lost = new HashSet<>();
  private final Volumes volumes = new Volumes(lost::contains, new Events());

  private static VolumeRecord record(TenantId tenant, String name, boolean anonymous) {
    return new VolumeRecord(
        "0".repeat(32),
        tenant.value(),
        name,
        HOST.value(),
        Claim.State.SETTLED,
        anonymous,
        Map.of("own", "label"),
        0,
        1);
  }

  private static JsonNode seen(String name) {
    try {
      return new JsonMapper()
          .readTree(
              """
              {"Name":"%s","Driver":"local","Mountpoint":"/var/lib/docker/volumes/%s/_data",
               "Labels":{"berth.tenant":"acme","a":"b"},"Options":null,"Scope":"local"}"""
                  .formatted(name, name));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<String> namesOf(TenantId tenant) {
    return volumes.of(tenant).stream().map(Volume::name).toList();
  }

  @Test
  void a_volume_is_its_tenants_while_record_and_host_agree() {
    volumes.snapshot(HOST, List.of(seen("acme.data")));
    assertThat(namesOf(ACME)).isEmpty();
    volumes.put(record(ACME, "data", false));
    assertThat(namesOf(ACME)).containsExactly("data");
    assertThat(namesOf(UMBRELLA)).isEmpty();
    assertThat(volumes.find(UMBRELLA, "data")).isEmpty();

    volumes.changed(HOST, List.of(), List.of("acme.data"));
    assertThat(namesOf(ACME)).isEmpty();
    assertThat(volumes.missing()).containsExactly(record(ACME, "data", false));
    volumes.changed(HOST, List.of(seen("acme.data")), List.of());
    assertThat(volumes.missing()).isEmpty();
    volumes.removed(record(ACME, "data", false));
    assertThat(namesOf(ACME)).isEmpty();
  }

  @Test
  void a_pending_volume_is_not_shown() {
    volumes.snapshot(HOST, List.of(seen("acme.data")));
    VolumeRecord settled = record(ACME, "data", false);
    volumes.put(
        new VolumeRecord(
            settled.id(), "acme", "data", "h1", Claim.State.PENDING, false, Map.of(), 0, 1));
    assertThat(namesOf(ACME)).isEmpty();
  }

  @Test
  void volumes_of_a_host_that_does_not_answer_are_shown_and_not_missing() {
    volumes.put(record(ACME, "data", false));
    assertThat(namesOf(ACME)).containsExactly("data");
    assertThat(volumes.find(ACME, "data").orElseThrow().json().path("Labels").toString())
        .isEqualTo("{\"own\":\"label\"}");
    volumes.snapshot(HOST, List.of());
    assertThat(namesOf(ACME)).isEmpty();
    lost.add(HOST);
    assertThat(namesOf(ACME)).containsExactly("data");
    assertThat(volumes.missing()).isEmpty();
  }

  @Test
  void what_a_tenant_sees_has_its_own_name_and_labels_alone() {
    volumes.snapshot(HOST, List.of(seen("acme.data")));
    volumes.put(record(ACME, "data", false));
    JsonNode json = volumes.find(ACME, "data").orElseThrow().json();
    assertThat(json.path("Name").asText()).isEqualTo("data");
    assertThat(json.path("Mountpoint").asText()).isEqualTo("/var/lib/docker/volumes/data/_data");
    assertThat(json.path("Labels").toString()).isEqualTo("{\"a\":\"b\"}");
  }

  @Test
  void an_anonymous_volume_has_one_name_on_its_engine_and_in_its_tenant() {
    volumes.snapshot(HOST, List.of(seen(HEX)));
    volumes.put(record(ACME, HEX, true));
    assertThat(volumes.find(ACME, HEX).orElseThrow().engineName()).isEqualTo(HEX);
    assertThat(volumes.find(UMBRELLA, HEX)).isEmpty();
  }

  private boolean matches(String filters, boolean used) {
    Filters parsed = Filters.parse(filters, VolumeQuery.LIST);
    volumes.snapshot(HOST, List.of(seen("acme.data")));
    volumes.put(record(ACME, "data", false));
    return new VolumeQuery(parsed, _ -> used).test(volumes.find(ACME, "data").orElseThrow());
  }

  @Test
  void filters_are_those_of_an_engine() {
    assertThat(matches("{\"dangling\":[\"true\"]}", false)).isTrue();
    assertThat(matches("{\"dangling\":[\"true\"]}", true)).isFalse();
    assertThat(matches("{\"dangling\":[\"0\"]}", true)).isTrue();
    assertThat(matches("{\"dangling\":[\"0\"]}", false)).isFalse();
    assertThat(matches("{\"name\":[\"d.t\"]}", false)).isTrue();
    assertThat(matches("{\"name\":[\"^ata\"]}", false)).isFalse();
    assertThat(matches("{\"name\":[\"[\"]}", false)).isFalse();
    assertThat(matches("{\"label\":[\"a=b\"]}", false)).isTrue();
    assertThat(matches("{\"label\":[\"a\",\"x\"]}", false)).isFalse();
    assertThat(matches("{\"label\":[\"berth.tenant\"]}", false)).isFalse();
    assertThat(matches("{\"driver\":[\"loc\"]}", false)).isFalse();
    assertThatThrownBy(() -> matches("{\"dangling\":[\"maybe\"]}", false))
        .hasMessage("Invalid filter 'dangling=[maybe]'");
  }
}
