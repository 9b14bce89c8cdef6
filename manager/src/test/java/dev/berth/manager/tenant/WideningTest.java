package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.PolicyRecord;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    TenantPolicy policy = policy(Map.of(field, List.of(values)));
    return new ContainerPolicy(_ -> policy);
  }

  private static TenantPolicy policy(Map<String, List<String>> allow) {
    return TenantPolicy.of(new PolicyRecord("p", allow, List.of(), Map.of()));
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Driver':'cdi','DeviceIDs':['nvidia.com/gpu=0']}",
        "{'Driver':'cdi','driver':'nvidia','count':8}",
      })
  void a_device_by_its_cdi_name_is_opened_by_that_name_alone(String request) {
    ContainerPolicy opened = opened("ContainerCreate:HostConfig.DeviceRequests");

    assertThatThrownBy(() -> admit(opened, "{'DeviceRequests':[%s]}".formatted(request)))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageContaining("devices are the host's");
  }

  @Test
  void of_any_request_for_devices_nothing_goes_on_in_other_letters() throws IOException {
    ObjectNode body =
        admit(
            opened("ContainerCreate:HostConfig.DeviceRequests"),
            "{'DeviceRequests':[{'Driver':'nvidia','driver':'cdi','Count':1,'count':8,"
                + "'deviceIDs':['nvidia.com/gpu=0'],'DeviceIDs':null,'New':1,"
                + "'Capabilities':[['gpu']],'Options':{'a':'b'}}]}");

    assertThat(body.at("/HostConfig/DeviceRequests/0"))
        .isEqualTo(
            json("{'Driver':'nvidia','Count':1,'Capabilities':[['gpu']],'Options':{'a':'b'}}"));
  }

  @Test
  void a_device_that_is_opened_can_be_had_beside_gpus_of_the_quota() throws IOException {
    Allotment four = Allotment.of(new Quota(Map.of(Quantity.GPUS, 4L)));
    ContainerPolicy opened =
        new ContainerPolicy(
            _ -> policy(Map.of("ContainerCreate:HostConfig.DeviceRequests", List.of("v.com/c=d"))),
            _ -> four,
            Flavors.NONE);
    String gpu = "{'Count':1,'Capabilities':[['gpu']]}";
    String device = "{'Driver':'cdi','DeviceIDs':['v.com/c=d']}";

    assertThat(
            admit(opened, "{'DeviceRequests':[%s,%s]}".formatted(device, gpu))
                .at("/HostConfig")
                .get("DeviceRequests"))
        .containsExactly(json(device), json(gpu));
    for (String denied : List.of(gpu + "," + gpu, "{'Count':-1,'Capabilities':[['gpu']]}")) {
      assertThatThrownBy(
              () -> admit(opened, "{'DeviceRequests':[%s,%s]}".formatted(device, denied)))
          .isInstanceOf(PolicyDeniedException.class)
          .hasMessageNotContaining("devices are the host's");
    }
  }

  @ParameterizedTest
  @CsvSource({"64,0,true", "65,0,false", "0,64,true", "0,65,false", "32,32,true", "33,32,false"})
  void a_container_is_given_no_more_than_so_many_devices_by_name(
      int byPath, int byCdi, boolean isAllowed) {
    TenantPolicy policy =
        policy(
            Map.of(
                "ContainerCreate:HostConfig.Devices",
                List.of("/dev/fuse"),
                "ContainerCreate:HostConfig.DeviceRequests",
                List.of("v.com/c=d")));
    String asked =
        "{'Devices':[%s],'DeviceRequests':[%s]}"
            .formatted(
                String.join(",", Collections.nCopies(byPath, "{'PathOnHost':'/dev/fuse'}")),
                byCdi == 0
                    ? ""
                    : "{'Driver':'cdi','DeviceIDs':[%s]}"
                        .formatted(String.join(",", Collections.nCopies(byCdi, "'v.com/c=d'"))));
    ThrowingCallable admission = () -> admit(new ContainerPolicy(_ -> policy), asked);

    if (isAllowed) {
      assertThatCode(admission).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(admission)
          .isInstanceOf(PolicyDeniedException.class)
          .hasMessageContaining("a container is given at most 64 devices, and this names 65");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Devices=",
        "Devices=/dev/fuse/",
        "Devices=/dev/../dev/sda",
        "Devices=v.com/c=d",
        "DeviceRequests=gpu",
        "DeviceRequests=0",
        "DeviceRequests=/dev/fuse",
      })
  void a_device_that_could_not_be_counted_cannot_be_opened(String opened) {
    String[] parts = opened.split("=", 2);
    Map<String, List<String>> allow =
        Map.of(
            "ContainerCreate:HostConfig." + parts[0],
            parts[1].isEmpty() ? List.of() : List.of(parts[1]));

    assertThatThrownBy(() -> policy(allow))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name the devices that ContainerCreate:HostConfig." + parts[0]);
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
    TenantPolicy policy = policy(Map.of("ContainerExec:Privileged", List.of()));

    assertThat(ExecPolicy.admit(json("{'Cmd':['x'],'Privileged':true}"), policy).get("Privileged"))
        .hasToString("true");
  }
}
