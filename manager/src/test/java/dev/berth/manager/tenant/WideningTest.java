package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.PolicyRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WideningTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TenantId ACME = new TenantId("acme");

  private static final NameScope NOTHING =
      new NameScope() {
        @Override
        public Optional<ContainerId> container(String reference) {
          return Optional.empty();
        }

        @Override
        public Optional<String> network(String reference) {
          return Optional.empty();
        }
      };

  private static ObjectNode json(String text) throws IOException {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  private static ContainerPolicy opened(String field, String... values) {
    TenantPolicy policy =
        TenantPolicy.of(new PolicyRecord("p", Map.of(field, List.of(values)), List.of(), Map.of()));
    return new ContainerPolicy(_ -> policy);
  }

  private static ObjectNode admit(ContainerPolicy policy, String hostConfig) throws IOException {
    return policy
        .admit(json("{'Image':'x','HostConfig':" + hostConfig + "}"), ACME, NOTHING)
        .body();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Privileged | '' | {'Privileged':true}",
        "CapAdd | SYS_PTRACE | {'CapAdd':['CAP_SYS_PTRACE','CHOWN']}",
        "CapAdd | cap_sys_ptrace | {'CapAdd':['sys_ptrace']}",
        "NetworkMode | host | {'NetworkMode':'host'}",
        "PidMode | host | {'PidMode':'host'}",
        "UTSMode | host | {'UTSMode':'host'}",
        "Binds | /srv/data | {'Binds':['/srv/data:/data']}",
        "Binds | /srv/data:ro | {'Binds':['/srv/data:/data:ro']}",
        "Binds | /srv/data | {'Binds':['/srv/data:/data:ro']}",
        "Mounts | /srv/data | {'Mounts':[{'Type':'bind','Source':'/srv/data','Target':'/d'}]}",
        "Devices | /dev/fuse | {'Devices':[{'PathOnHost':'/dev/fuse','PathInContainer':'/dev/fuse'}]}",
        "DeviceRequests | v.com/c=d | {'DeviceRequests':[{'Driver':'cdi','DeviceIDs':['v.com/c=d']}]}",
        "Sysctls | kernel.core_pattern | {'Sysctls':{'kernel.core_pattern':'x'}}",
        "SecurityOpt | seccomp=unconfined | {'SecurityOpt':['seccomp=unconfined']}",
        "LogConfig.Type | syslog | {'LogConfig':{'Type':'syslog'}}",
        "ExtraHosts | a:host-gateway | {'ExtraHosts':['a:host-gateway']}",
        "Runtime | kata | {'Runtime':'kata'}"
      })
  void what_an_operator_has_opened_is_let_by_and_without_that_it_is_not(
      String field, String value, String hostConfig) throws IOException {
    String key = "ContainerCreate:HostConfig." + field;
    ContainerPolicy opened = value.isEmpty() ? opened(key) : opened(key, value);
    String name = field.replaceAll("\\..*", "");

    assertThat(admit(opened, hostConfig).at("/HostConfig/" + name).toString())
        .isNotEqualTo("null")
        .isNotEmpty();
    assertThatThrownBy(() -> admit(new ContainerPolicy(PolicyLimits.DEFAULT), hostConfig))
        .isInstanceOf(PolicyDeniedException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CapAdd | SYS_PTRACE | {'CapAdd':['SYS_ADMIN']}",
        "CapAdd | SYS_PTRACE | {'CapAdd':['SYS_PTRACE','SYS_ADMIN']}",
        "CapAdd | SYS_PTRACE | {'Privileged':true}",
        "NetworkMode | host | {'PidMode':'host'}",
        "Binds | /srv/data | {'Binds':['/srv:/data']}",
        "Binds | /srv/data | {'Binds':['/srv/data/below:/data']}",
        "Binds | /srv/data | {'Binds':['/srv/data/../../etc:/data']}",
        "Binds | /srv/data | {'Binds':['/srv/data:/data:rshared']}",
        "Binds | /srv/data | {'Binds':['/srv/data:/data:z']}",
        "Binds | /srv/data | {'Binds':['/srv/data:data']}",
        "Binds | /srv/data:ro | {'Binds':['/srv/data:/data']}",
        "Binds | /srv/data:ro | {'Binds':['/srv/data:/data:rw']}",
        "Mounts | /srv/data:ro | {'Mounts':[{'Type':'bind','Source':'/srv/data','Target':'/d'}]}",
        "Mounts | /srv/data | {'Mounts':[{'Type':'npipe','Source':'/srv/data','Target':'/d'}]}",
        "Mounts | /srv/data | {'Mounts':[{'Type':'bind','Source':'/srv','Target':'/d'}]}",
        "Devices | /dev/fuse | {'Devices':[{'PathOnHost':'/dev/sda','PathInContainer':'/dev/fuse'}]}",
        "DeviceRequests | v.com/c=d | {'DeviceRequests':[{'Driver':'cdi','DeviceIDs':['v.com/c=e']}]}",
        "DeviceRequests | v.com/c=d | {'DeviceRequests':[{'Driver':'cdi','DeviceIDs':['v.com/c=d','v.com/c=e']}]}",
        "DeviceRequests | v.com/c=d | {'DeviceRequests':[{'Driver':'cdi','DeviceIDs':[]}]}",
        "DeviceRequests | v.com/c=d | {'DeviceRequests':[{'Driver':'nvidia','DeviceIDs':['v.com/c=d']}]}",
        "DeviceRequests | v.com/c=d | {'DeviceRequests':[{'Driver':'cdi','DeviceIDs':['v.com/c=d']},{'Count':-1,'Capabilities':[['gpu']]}]}",
        "Sysctls | kernel.shm_next_id | {'Sysctls':{'kernel.core_pattern':'x'}}",
        "SecurityOpt | seccomp=unconfined | {'SecurityOpt':['apparmor=unconfined']}",
        "LogConfig.Type | syslog | {'LogConfig':{'Type':'gelf'}}"
      })
  void what_is_opened_opens_nothing_beside_it(String field, String value, String hostConfig) {
    ContainerPolicy opened = opened("ContainerCreate:HostConfig." + field, value);

    assertThatThrownBy(() -> admit(opened, hostConfig)).isInstanceOf(PolicyDeniedException.class);
  }

  @Test
  void of_a_device_nothing_goes_on_but_what_was_looked_at() throws IOException {
    ObjectNode body =
        admit(
            opened("ContainerCreate:HostConfig.Devices", "/dev/fuse"),
            "{'Devices':[{'PathOnHost':'/dev/fuse','pathonhost':'/dev/sda',"
                + "'PathInContainer':'/dev/x','CgroupPermissions':'rwm'}]}");

    assertThat(body.at("/HostConfig/Devices/0"))
        .isEqualTo(
            json(
                "{'PathOnHost':'/dev/fuse','PathInContainer':'/dev/x','CgroupPermissions':'rwm'}"));
  }

  @Test
  void of_a_request_for_devices_nothing_goes_on_but_their_names() throws IOException {
    ObjectNode body =
        admit(
            opened("ContainerCreate:HostConfig.DeviceRequests", "v.com/c=d"),
            "{'DeviceRequests':[{'Driver':'cdi','Count':0,'DeviceIDs':['v.com/c=d'],"
                + "'deviceids':['v.com/c=all'],'Capabilities':null,'Options':null}]}");

    assertThat(body.at("/HostConfig/DeviceRequests/0"))
        .isEqualTo(json("{'Driver':'cdi','DeviceIDs':['v.com/c=d']}"));
  }

  @Test
  void of_a_bind_mount_nothing_goes_on_but_path_target_and_read_only() throws IOException {
    ObjectNode body =
        admit(
            opened("ContainerCreate:HostConfig.Mounts", "/srv/data"),
            "{'Mounts':[{'Type':'bind','Source':'/srv/data','Target':'/d','ReadOnly':true,"
                + "'BindOptions':{'Propagation':'rshared'}}]}");

    assertThat(body.at("/HostConfig/Mounts/0").toString())
        .isEqualTo(
            "{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/d\",\"ReadOnly\":true}");
  }

  @Test
  void another_tenants_container_is_not_there_whatever_is_opened() {
    ContainerPolicy opened = opened("ContainerCreate:HostConfig.NetworkMode");

    assertThatThrownBy(() -> admit(opened, "{'NetworkMode':'container:theirs'}"))
        .isInstanceOfSatisfying(
            PolicyDeniedException.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void a_privileged_exec_is_opened_for_itself() throws IOException {
    TenantPolicy policy =
        TenantPolicy.of(
            new PolicyRecord(
                "p", Map.of("ContainerExec:Privileged", List.of()), List.of(), Map.of()));

    assertThat(ExecPolicy.admit(json("{'Cmd':['x'],'Privileged':true}"), policy).get("Privileged"))
        .hasToString("true");
  }
}
