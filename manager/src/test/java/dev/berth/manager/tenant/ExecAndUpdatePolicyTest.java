package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.TenantObjects.json;
import static dev.berth.manager.tenant.TenantObjects.recorded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecAndUpdatePolicyTest {

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
    ObjectNode body = UpdatePolicy.admit(recorded("update-resources"), TenantPolicy.DEFAULT);

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
        "{'MemorySwap':-1}"
      })
  void an_update_is_of_resources_only(String body) {
    assertThatThrownBy(() -> UpdatePolicy.admit(json(body), TenantPolicy.DEFAULT))
        .isInstanceOf(PolicyDeniedException.class);
  }

  @Test
  void an_update_cannot_lift_the_limit_of_processes() {
    assertThat(
            UpdatePolicy.admit(json("{'PidsLimit':-1}"), TenantPolicy.DEFAULT)
                .get("PidsLimit")
                .longValue())
        .isEqualTo(PolicyLimits.DEFAULT.pids());
    assertThat(UpdatePolicy.admit(json("{'Memory':1}"), TenantPolicy.DEFAULT).has("PidsLimit"))
        .isFalse();
  }
}
