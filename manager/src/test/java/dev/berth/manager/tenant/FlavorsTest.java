package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.TenantObjects.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.scheduler.quota.Flavor;
import dev.berth.scheduler.quota.Quota;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FlavorsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<Flavor> ALL =
      List.of(Flavor.parse("small", "0.5/512m"), Flavor.parse("large", "4/8g"));
  private static final long MIB = 1L << 20;

  private static JsonNode host(Flavors.Mode mode, Allotment allotment, String body) {
    ContainerPolicy policy =
        new ContainerPolicy(
            _ -> TenantPolicy.DEFAULT, _ -> allotment, Flavors.of(mode, ALL, "small"));
    try {
      return policy
          .admit((ObjectNode) JSON.readTree(body), ACME, TenantObjects.acme())
          .body()
          .path("HostConfig");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Allotment quota(String word, String amount) {
    return Allotment.of(Quota.of(Map.of(word, amount)));
  }

  @Test
  void when_off_a_container_without_limits_keeps_none() {
    JsonNode host = host(Flavors.Mode.OFF, Allotment.NONE, "{}");
    assertThat(host.has("Memory")).isFalse();
    assertThat(host.has("NanoCpus")).isFalse();
  }

  @Test
  void when_off_what_a_quota_counts_gets_a_limit_all_the_same() {
    JsonNode host = host(Flavors.Mode.OFF, quota("memory", "4g"), "{}");
    assertThat(host.path("Memory").asLong()).isEqualTo(512 * MIB);
    assertThat(host.has("NanoCpus")).isFalse();
    assertThat(host(Flavors.Mode.OFF, quota("cpus", "4"), "{}").path("NanoCpus").asLong())
        .isEqualTo(500_000_000);
  }

  @Test
  void by_default_what_is_missing_is_filled_in_and_what_is_given_stays() {
    JsonNode host =
        host(Flavors.Mode.DEFAULT, Allotment.NONE, "{\"HostConfig\":{\"Memory\":67108864}}");
    assertThat(host.path("Memory").asLong()).isEqualTo(64 * MIB);
    assertThat(host.path("NanoCpus").asLong()).isEqualTo(500_000_000);
  }

  @Test
  void a_period_without_a_quota_gets_the_quota_that_makes_the_flavor() {
    JsonNode host =
        host(Flavors.Mode.DEFAULT, Allotment.NONE, "{\"HostConfig\":{\"CpuPeriod\":50000}}");
    assertThat(host.path("CpuQuota").asLong()).isEqualTo(25_000);
    assertThat(host.has("NanoCpus")).isFalse();
  }

  @Test
  void a_label_chooses_a_flavor_and_goes_no_further() {
    ContainerPolicy policy =
        new ContainerPolicy(
            _ -> TenantPolicy.DEFAULT,
            _ -> Allotment.NONE,
            Flavors.of(Flavors.Mode.OFF, ALL, "small"));
    ObjectNode asked = JSON.createObjectNode();
    asked.putObject("Labels").put("berth.flavor", "large").put("a", "b");
    ContainerPolicy.Admitted admitted = policy.admit(asked, ACME, TenantObjects.acme());
    assertThat(admitted.body().path("HostConfig").path("Memory").asLong()).isEqualTo(8192 * MIB);
    assertThat(admitted.body().path("Labels")).isEqualTo(JSON.createObjectNode().put("a", "b"));
    assertThat(admitted.hints()).isEmpty();
  }

  @Test
  void a_tenant_has_a_flavor_of_its_own() {
    Allotment allotment =
        new Allotment(Quota.NONE, Optional.of("large"), Optional.empty(), List.of());
    assertThat(host(Flavors.Mode.DEFAULT, allotment, "{}").path("Memory").asLong())
        .isEqualTo(8192 * MIB);
  }

  @Test
  void a_flavor_that_there_is_not_is_refused_with_those_that_there_are() {
    String body = "{\"Labels\":{\"berth.flavor\":\"huge\"}}";
    assertThatThrownBy(() -> host(Flavors.Mode.OFF, Allotment.NONE, body))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageContaining("there is no flavor huge; there are small, large");
  }

  @Test
  void when_enforced_only_the_limits_of_a_flavor_are_let_by() {
    String odd = "{\"HostConfig\":{\"Memory\":67108864}}";
    assertThatThrownBy(() -> host(Flavors.Mode.ENFORCED, Allotment.NONE, odd))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageContaining("must be those of a flavor: small (0.5 CPUs, 512MiB), large");
    String exact =
        "{\"HostConfig\":{\"Memory\":8589934592,\"CpuQuota\":400000,\"CpuPeriod\":100000}}";
    assertThat(host(Flavors.Mode.ENFORCED, Allotment.NONE, exact).path("Memory").asLong())
        .isEqualTo(8192 * MIB);
    assertThat(host(Flavors.Mode.ENFORCED, Allotment.NONE, "{}").path("Memory").asLong())
        .isEqualTo(512 * MIB);
  }

  @Test
  void a_reservation_above_the_flavor_asks_for_a_limit() {
    String body = "{\"HostConfig\":{\"MemoryReservation\":1073741824}}";
    assertThatThrownBy(() -> host(Flavors.Mode.DEFAULT, Allotment.NONE, body))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageContaining("MemoryReservation");
  }

  @ParameterizedTest
  @EnumSource(Flavors.Mode.class)
  void a_quota_that_bounds_nothing_is_taken_for_none(Flavors.Mode mode) {
    JsonNode host = host(mode, quota("cpus", "4"), "{\"HostConfig\":{\"CpuQuota\":-1}}");
    assertThat(host.has("CpuQuota")).isFalse();
    assertThat(host.path("NanoCpus").asLong()).isEqualTo(500_000_000);
  }

  @Test
  void a_share_of_a_cpu_that_the_kernel_cannot_bound_is_refused() {
    String body = "{\"HostConfig\":{\"NanoCpus\":9999}}";
    assertThatThrownBy(() -> host(Flavors.Mode.OFF, quota("cpus", "4"), body))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageContaining("NanoCpus")
        .hasMessageContaining("at least 10000000");
  }

  @Test
  void when_enforced_a_quota_beyond_all_numbers_is_no_flavor() {
    String body = "{\"HostConfig\":{\"Memory\":8589934592,\"CpuQuota\":36028797019363968}}";
    assertThatThrownBy(() -> host(Flavors.Mode.ENFORCED, Allotment.NONE, body))
        .isInstanceOf(PolicyDeniedException.class);
  }
}
