package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.TenantObjects.ACME;
import static dev.berth.manager.tenant.TenantObjects.json;
import static dev.berth.manager.tenant.TenantObjects.recorded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.scheduler.quota.Flavor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecAndUpdatePolicyTest {
  private static final Flavors ENFORCED =
      Flavors.of(
          Flavors.Mode.ENFORCED,
          List.of(Flavor.parse("small", "0.5/512m"), Flavor.parse("large", "4/8g")),
          "small");

  private static UpdatePolicy policy(Flavors flavors) {
    return new UpdatePolicy(_ -> TenantPolicy.DEFAULT, flavors);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec-i", "exec-it"})
  void what_the_docker_command_sends_for_exec_is_admitted(String name) {
    ObjectNode asked = recorded(name);

    assertThat(ExecPolicy.admit(asked, TenantPolicy.DEFAULT).get("Cmd"))
        .isEqualTo(asked.get("Cmd"));
  }

  @Test
  void a_privileged_command_is_denied() {
    assertThatThrownBy(() -> ExecPolicy.admit(recorded("exec-privileged"), TenantPolicy.DEFAULT))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageStartingWith("Privileged is not allowed");
  }

  @Test
  void an_exec_field_in_another_case_is_malformed() {
    assertThatThrownBy(() -> ExecPolicy.admit(json("{'privileged':true}"), TenantPolicy.DEFAULT))
        .isInstanceOf(MalformedBodyException.class);
  }

  @Test
  void an_unknown_exec_field_is_denied() {
    assertThatThrownBy(() -> ExecPolicy.admit(json("{'CapAdd':['ALL']}"), TenantPolicy.DEFAULT))
        .isInstanceOf(PolicyDeniedException.class);
  }

  @Test
  void what_the_docker_command_sends_for_update_is_admitted() {
    ObjectNode body = policy(Flavors.NONE).admit(recorded("update-resources"), ACME);

    assertThat(body.get("Memory").longValue()).isEqualTo(64 << 20);
    assertThat(body.at("/RestartPolicy/Name").asText()).isEqualTo("always");
    assertThat(body.has("CgroupParent")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Privileged':true}",
        "{'Devices':[{'PathOnHost':'/dev/sda'}]}",
        "{'CgroupParent':'/'}",
        "{'Binds':['data:/x']}",
        "{'MemorySwap':-1}",
        "{'CpuQuota':-1}",
        "{'NanoCpus':-1}",
        "{'NanoCpus':1}"
      })
  void an_update_is_of_resources_only(String body) {
    assertThatThrownBy(() -> policy(Flavors.NONE).admit(json(body), ACME))
        .isInstanceOf(PolicyDeniedException.class);
  }

  @Test
  void an_update_cannot_lift_the_limit_of_processes() {
    assertThat(
            policy(Flavors.NONE).admit(json("{'PidsLimit':-1}"), ACME).get("PidsLimit").longValue())
        .isEqualTo(PolicyLimits.DEFAULT.pids());
    assertThat(policy(Flavors.NONE).admit(json("{'Memory':1}"), ACME).has("PidsLimit")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'NanoCpus':4000000000,'Memory':7516192768}",
        "{'NanoCpus':4000000000}",
        "{'Memory':1073741824}"
      })
  void when_flavors_are_enforced_an_update_makes_one_of_another(String changes) {
    assertThatThrownBy(() -> update(ENFORCED, "{'NanoCpus':500000000}", changes))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageContaining("must be those of a flavor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'NanoCpus':4000000000,'Memory':8589934592}",
        "{'PidsLimit':10}",
        "{'RestartPolicy':{'Name':'always'}}"
      })
  void an_update_to_a_flavor_or_of_what_flavors_do_not_say_is_let_by(String changes) {
    assertThatCode(() -> update(ENFORCED, "{'NanoCpus':100000000}", changes))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'Memory':67108864}", "{'Memory':67108864,'MemorySwap':100000000}"})
  void an_update_cannot_add_more_swap_than_memory(String before) {
    assertThatThrownBy(() -> update(Flavors.NONE, before, "{'MemorySwap':134217729}"))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageContaining("MemorySwap");
    assertThatCode(() -> update(Flavors.NONE, before, "{'MemorySwap':134217728}"))
        .doesNotThrowAnyException();
  }

  private static void update(Flavors flavors, String before, String changes) {
    ObjectNode host = json(before);
    policy(flavors).requireAllowed(json(changes), host.setAll(json(changes)), ACME);
  }
}
