package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.TenantObjects.ACME;
import static dev.berth.manager.tenant.TenantObjects.OTHER_ID;
import static dev.berth.manager.tenant.TenantObjects.json;
import static dev.berth.manager.tenant.TenantObjects.recorded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerPolicyTest {
  private final ContainerPolicy policy = new ContainerPolicy(PolicyLimits.DEFAULT);

  private ContainerPolicy.Admitted admit(ObjectNode body) {
    return policy.admit(body, ACME, TenantObjects.acme());
  }

  private JsonNode admitHost(String hostConfig) {
    return admit(json("{'Image':'busybox','HostConfig':" + hostConfig + "}"))
        .body()
        .get("HostConfig");
  }

  private PolicyDeniedException deniedHost(String hostConfig) {
    return catchThrowableOfType(PolicyDeniedException.class, () -> admitHost(hostConfig));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create-plain",
        "create-many-flags",
        "create-restart-and-link",
        "create-two-networks",
        "create-joined-namespaces",
        "create-no-healthcheck",
        "run-it-rm",
        "run-d-volume"
      })
  void what_the_docker_command_sends_for_its_everyday_flags_is_admitted(String name) {
    ObjectNode asked = recorded(name);

    ObjectNode body = admit(asked).body();

    assertThat(body.get("Image")).isEqualTo(asked.get("Image"));
    assertThat(body.get("HostConfig").get("RestartPolicy"))
        .isEqualTo(asked.get("HostConfig").get("RestartPolicy"));
  }

  @Test
  void every_flag_reaches_the_engine_with_its_value() {
    ObjectNode asked = recorded("create-many-flags");
    ObjectNode body = admit(asked).body();

    for (String field :
        new String[] {
          "Hostname",
          "User",
          "Env",
          "Cmd",
          "Healthcheck",
          "Labels",
          "StopSignal",
          "StopTimeout",
          "WorkingDir",
          "Entrypoint",
          "Volumes",
          "ExposedPorts",
          "Tty"
        }) {
      assertThat(body.get(field)).as(field).isEqualTo(asked.get(field));
    }
    JsonNode host = body.get("HostConfig");
    for (String field :
        new String[] {
          "Memory",
          "NanoCpus",
          "ShmSize",
          "Ulimits",
          "Tmpfs",
          "Init",
          "ReadonlyRootfs",
          "CapDrop",
          "CapAdd",
          "Dns",
          "ExtraHosts",
          "PidsLimit",
          "MemoryReservation",
          "MemorySwap",
          "NetworkMode",
          "Sysctls",
          "LogConfig",
          "SecurityOpt",
          "OomScoreAdj",
          "AutoRemove"
        }) {
      assertThat(host.get(field)).as(field).isEqualTo(asked.get("HostConfig").get(field));
    }
    assertThat(host.get("PortBindings").get("80/tcp").get(0).get("HostPort").asText())
        .isEqualTo("8080");
  }

  @Test
  void volumes_get_the_engines_names() {
    ContainerPolicy.Admitted admitted = admit(recorded("create-many-flags"));
    JsonNode host = admitted.body().get("HostConfig");

    assertThat(host.get("Binds").toString())
        .isEqualTo("[\"acme.data:/data\",\"acme.data2:/d2:ro\"]");
    assertThat(host.get("Mounts").get(0).get("Source").asText()).isEqualTo("acme.data3");
    assertThat(host.get("Mounts").get(1).has("Source")).isFalse();
    assertThat(host.get("VolumesFrom").get(0).asText()).isEqualTo(OTHER_ID + ":ro");
    assertThat(admitted.volumes())
        .containsExactlyInAnyOrder("acme.data", "acme.data2", "acme.data3");
  }

  @Test
  void joined_containers_are_the_callers_and_get_their_ids() {
    JsonNode host = admit(recorded("create-joined-namespaces")).body().get("HostConfig");

    assertThat(host.get("NetworkMode").asText()).isEqualTo("container:" + OTHER_ID);
    assertThat(host.get("PidMode").asText()).isEqualTo("container:" + OTHER_ID);
    assertThat(host.get("IpcMode").asText()).isEqualTo("container:" + OTHER_ID);
    assertThat(admit(recorded("create-restart-and-link")).body().at("/HostConfig/Links/0").asText())
        .isEqualTo(OTHER_ID + ":alias");
  }

  @Test
  void a_link_without_alias_keeps_its_name() {
    assertThat(admitHost("{'Links':['/other']}").at("/Links/0").asText())
        .isEqualTo(OTHER_ID + ":other");
  }

  @Test
  void networks_get_the_engines_names() {
    ObjectNode body = admit(recorded("create-two-networks")).body();

    assertThat(body.at("/HostConfig/NetworkMode").asText()).isEqualTo("acme.a");
    assertThat(body.at("/NetworkingConfig/EndpointsConfig").properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("acme.a", "acme.b");
    assertThat(body.at("/NetworkingConfig/EndpointsConfig/acme.a/Aliases/0").asText())
        .isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "HostConfig.Privileged | {'Privileged':true}",
        "HostConfig.CapAdd[0] | {'CapAdd':['SYS_ADMIN']}",
        "HostConfig.CapAdd[0] | {'CapAdd':['cap_net_admin']}",
        "HostConfig.CapAdd[0] | {'CapAdd':['ALL']}",
        "HostConfig.Devices | {'Devices':[{'PathOnHost':'/dev/kmsg'}]}",
        "HostConfig.DeviceCgroupRules | {'DeviceCgroupRules':['a *:* rwm']}",
        "HostConfig.SecurityOpt[0] | {'SecurityOpt':['seccomp=unconfined']}",
        "HostConfig.SecurityOpt[0] | {'SecurityOpt':['no-new-privileges:false']}",
        "HostConfig.SecurityOpt[0] | {'SecurityOpt':['label=disable']}",
        "HostConfig.Runtime | {'Runtime':'runc-debug'}",
        "HostConfig.CgroupParent | {'CgroupParent':'/docker'}",
        "HostConfig.CgroupnsMode | {'CgroupnsMode':'host'}",
        "HostConfig.UsernsMode | {'UsernsMode':'host'}",
        "HostConfig.UTSMode | {'UTSMode':'host'}",
        "HostConfig.IpcMode | {'IpcMode':'host'}",
        "HostConfig.PidMode | {'PidMode':'host'}",
        "HostConfig.NetworkMode | {'NetworkMode':'host'}",
        "HostConfig.OomScoreAdj | {'OomScoreAdj':-1}",
        "HostConfig.OomKillDisable | {'OomKillDisable':true}",
        "HostConfig.MaskedPaths | {'MaskedPaths':[]}",
        "HostConfig.ReadonlyPaths | {'ReadonlyPaths':[]}",
        "HostConfig.Annotations | {'Annotations':{'io.x':'y'}}",
        "HostConfig.Binds[0] | {'Binds':['/etc:/e']}",
        "HostConfig.Binds[0] | {'Binds':['/var/run/docker.sock:/s:ro']}",
        "HostConfig.Binds[0] | {'Binds':['../etc:/e']}",
        "HostConfig.Binds[0] | {'Binds':['~:/e']}",
        "HostConfig.Binds[0] | {'Binds':[':/e']}",
        "HostConfig.Binds[0] | {'Binds':['data:/e:rshared']}",
        "HostConfig.Binds[0] | {'Binds':['data:/e:ro,shared']}",
        "HostConfig.Mounts[0].Type | {'Mounts':[{'Type':'bind','Source':'/','Target':'/h'}]}",
        "HostConfig.Mounts[0].Type | {'Mounts':[{'Type':'npipe','Source':'x','Target':'/h'}]}",
        "HostConfig.Mounts[0].Type | {'Mounts':[{'Type':'cluster','Source':'x','Target':'/h'}]}",
        "HostConfig.Mounts[0].Type | {'Mounts':[{'Source':'x','Target':'/h'}]}",
        "HostConfig.Mounts[0].Source | {'Mounts':[{'Type':'volume','Source':'/etc','Target':'/h'}]}",
        "HostConfig.Mounts[0].BindOptions |"
            + " {'Mounts':[{'Type':'volume','Target':'/h','BindOptions':{'Propagation':'shared'}}]}",
        "HostConfig.Mounts[0].VolumeOptions.DriverConfig.Name | {'Mounts':[{'Type':'volume',"
            + "'Target':'/h','VolumeOptions':{'DriverConfig':{'Name':'sshfs'}}}]}",
        "HostConfig.Mounts[0].VolumeOptions.DriverConfig.Options | {'Mounts':[{'Type':'volume',"
            + "'Target':'/h','VolumeOptions':{'DriverConfig':{'Options':{'o':'bind'}}}}]}",
        "HostConfig.VolumeDriver | {'VolumeDriver':'sshfs'}",
        "HostConfig.Sysctls.kernel.core_pattern | {'Sysctls':{'kernel.core_pattern':'/x'}}",
        "HostConfig.Sysctls.net.ipv6.conf.all.disable_ipv6 | {'Sysctls':"
            + "{'net.ipv6.conf.all.disable_ipv6':'0'}}",
        "HostConfig.Sysctls.net.ipv4.ip_forward | {'Sysctls':{'net.ipv4.ip_forward':'1'}}",
        "HostConfig.Ulimits[0] | {'Ulimits':[{'Name':'rtprio','Soft':1,'Hard':1}]}",
        "HostConfig.Ulimits[0].Soft | {'Ulimits':[{'Name':'nofile','Soft':-1,'Hard':1}]}",
        "HostConfig.Ulimits[0].Hard | {'Ulimits':[{'Name':'memlock','Soft':0,'Hard':1e12}]}",
        "HostConfig.ShmSize | {'ShmSize':99999999999}",
        "HostConfig.Tmpfs./x | {'Tmpfs':{'/x':'size=9999g'}}",
        "HostConfig.Tmpfs./x | {'Tmpfs':{'/x':'rw,dev'}}",
        "HostConfig.StorageOpt.dm.x | {'StorageOpt':{'dm.x':'1'}}",
        "HostConfig.LogConfig.Type | {'LogConfig':{'Type':'syslog'}}",
        "HostConfig.LogConfig.Config.syslog-address |"
            + " {'LogConfig':{'Type':'json-file','Config':{'syslog-address':'tcp://1'}}}",
        "HostConfig.LogConfig.Config.labels |"
            + " {'LogConfig':{'Type':'json-file','Config':{'labels':'x,Berth.record'}}}",
        "HostConfig.ExtraHosts[0] | {'ExtraHosts':['h:host-gateway']}",
        "HostConfig.PortBindings.80/tcp[0].HostIp |"
            + " {'PortBindings':{'80/tcp':[{'HostIp':'10.0.0.1','HostPort':'80'}]}}",
        "HostConfig.PortBindings.80/tcp[0].HostPort |"
            + " {'PortBindings':{'80/tcp':[{'HostPort':'70000'}]}}",
        "HostConfig.BlkioDeviceReadBps | {'BlkioDeviceReadBps':[{'Path':'/dev/sda','Rate':1}]}",
        "HostConfig.CpuRealtimeRuntime | {'CpuRealtimeRuntime':1000}",
        "HostConfig.PidsLimit | {'PidsLimit':100000}",
        "HostConfig.MemorySwap | {'Memory':64000000,'MemorySwap':-1}",
        "HostConfig.MemorySwap | {'Memory':64000000,'MemorySwap':999000000}",
        "HostConfig.FieldOfTheNextEngine | {'FieldOfTheNextEngine':{'a':[0,1]}}",
      })
  void what_reaches_beyond_the_container_is_denied_by_name(String field, String hostConfig) {
    // 1e12 above keeps the line short; the engine takes whole numbers only.
    PolicyDeniedException denied = deniedHost(hostConfig.replace("1e12", "1000000000000"));

    assertThat(denied).isNotNull();
    assertThat(denied.field()).isEqualTo(field);
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied).hasMessageStartingWith(field + " is not allowed: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'NetworkMode':'container:theirs'}",
        "{'PidMode':'container:theirs'}",
        "{'IpcMode':'container:theirs'}",
        "{'VolumesFrom':['theirs']}",
        "{'VolumesFrom':['theirs:ro']}",
        "{'Links':['theirs:db']}",
        "{'NetworkMode':'theirs'}",
        "{'NetworkMode':'HOST'}"
      })
  void what_is_not_the_callers_does_not_exist(String hostConfig) {
    PolicyDeniedException missing = deniedHost(hostConfig);

    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.getMessage()).containsAnyOf("No such container: theirs", "not found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'privileged':true}",
        "{'PRIVILEGED':false}",
        "{'bind\u017f':['/:/h']}",
        "{'Binds':'x'}",
        "{'Memory':'64m'}",
        "{'Memory':1.5}",
        "{'Privileged':{}, 'Mounts':{}}",
        "{'Mounts':[{'Type':'volume','type':'bind','Target':'/h'}]}",
        "{'Mounts':[{'Type':'tmpfs','Source':'/etc','Target':'/h'}]}",
        "{'Mounts':[{'Type':'volume'}]}",
        "{'Binds':['data:relative']}",
        "{'CapAdd':[null]}",
        "{'StorageOpt':{'size':'10X'}}",
        "{'StorageOpt':{'size':''}}"
      })
  void what_is_not_of_its_fields_type_or_name_is_malformed(String hostConfig) {
    assertThatThrownBy(() -> admitHost(hostConfig)).isInstanceOf(MalformedBodyException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'NextField':''}",
        "{'NextField':[0,{'a':null}]}",
        "{'Annotations':{}}",
        "{'MaskedPaths':null}"
      })
  void a_zero_value_is_left_out(String hostConfig) {
    assertThat(admitHost(hostConfig).properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("PidsLimit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'PidsLimit':0}", "{'PidsLimit':-1}", "{'PidsLimit':null}"})
  void the_number_of_processes_is_always_bounded(String hostConfig) {
    assertThat(admitHost(hostConfig).get("PidsLimit").longValue())
        .isEqualTo(PolicyLimits.DEFAULT.pids());
  }

  @Test
  void the_hosts_network_is_denied_as_an_endpoint_too() {
    assertThatThrownBy(() -> admit(json("{'NetworkingConfig':{'EndpointsConfig':{'host':{}}}}")))
        .isInstanceOf(PolicyDeniedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10G", "1.5g", "10GiB", "1p", "64mb", "1024"})
  void a_size_of_the_disk_is_given_as_to_an_engine(String size) {
    assertThat(
            admitHost("{'StorageOpt':{'size':'%s'}}".formatted(size))
                .at("/StorageOpt/size")
                .asText())
        .isEqualTo(size);
  }

  @Test
  void one_network_by_two_names_is_malformed() {
    assertThatThrownBy(
            () -> admit(json("{'NetworkingConfig':{'EndpointsConfig':{'b':{},'b-id':null}}}")))
        .isInstanceOf(MalformedBodyException.class);
  }

  @Test
  void the_links_of_an_endpoint_are_scoped() {
    String body = "{'NetworkingConfig':{'EndpointsConfig':{'a':{'Links':['%s:db']}}}}";

    assertThat(
            admit(json(body.formatted("other")))
                .body()
                .at("/NetworkingConfig/EndpointsConfig/acme.a/Links/0")
                .asText())
        .isEqualTo(OTHER_ID.substring(0, 12) + ":db");
    assertThatThrownBy(() -> admit(json(body.formatted("theirs"))))
        .isInstanceOf(PolicyDeniedException.class);
  }

  @Test
  void a_field_of_the_host_config_beside_it_is_denied() {
    assertThatThrownBy(() -> admit(json("{'Image':'x','Privileged':true}")))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageContaining("HostConfig");
  }

  @Test
  void a_clients_own_options_beside_the_engines_fields_are_left_out() {
    assertThat(admit(json("{'Image':'x','name':'web','abortSignal':{'a':1}}")).body().has("name"))
        .isFalse();
  }

  @Test
  void a_host_config_is_always_sent() {
    assertThat(admit(json("{'Image':'x'}")).body().get("HostConfig").isObject()).isTrue();
  }

  @Test
  void hints_are_taken_from_labels_and_environment() {
    ContainerPolicy.Admitted admitted =
        admit(
            json(
                "{'Labels':{'berth.constraint':'zone==a','berth.affinity':'[\\'container!=x\\',"
                    + "\\'image==y\\']','berth.strategy':'binpack','mine':'1',"
                    + "'com.docker.swarm.constraints':'[\\'disk==ssd\\']'},"
                    + "'Env':['A=b','constraint:cpu==fast','reschedule:on-node-failure']}"));

    assertThat(admitted.hints())
        .containsExactlyInAnyOrder(
            "constraint:zone==a",
            "affinity:container!=x",
            "affinity:image==y",
            "strategy:binpack",
            "constraint:disk==ssd",
            "constraint:cpu==fast",
            "reschedule:on-node-failure");
    assertThat(admitted.body().get("Labels").properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactlyInAnyOrder("mine", "com.docker.swarm.constraints");
    assertThat(admitted.body().get("Env").toString()).isEqualTo("[\"A=b\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"berth.tenant", "Berth.Record", "berth.x", "BERTH.CONSTRAINT"})
  void a_label_of_berths_own_is_denied(String label) {
    assertThatThrownBy(() -> admit(json("{'Labels':{'%s':'x'}}".formatted(label))))
        .isInstanceOf(PolicyDeniedException.class)
        .hasMessageContaining("Berth's own");
  }

  @ParameterizedTest
  @ValueSource(strings = {"create-gpus", "create-volume-with-nfs-options", "create-bind-mount"})
  void what_the_docker_command_sends_for_the_hosts_own_is_denied(String name) {
    assertThatThrownBy(() -> admit(recorded(name))).isInstanceOf(PolicyDeniedException.class);
  }

  private static final String ONE_GPU =
      "{'Driver':'','Count':1,'DeviceIDs':null,'Capabilities':[['gpu']],'Options':{}}";

  private static JsonNode admitGpus(String requests) {
    Allotment four = Allotment.of(new Quota(Map.of(Quantity.GPUS, 4L)));
    return new ContainerPolicy(_ -> TenantPolicy.DEFAULT, _ -> four, Flavors.NONE)
        .admit(
            json("{'Image':'busybox','HostConfig':{'DeviceRequests':[%s]}}".formatted(requests)),
            ACME,
            TenantObjects.acme())
        .body()
        .path("HostConfig")
        .path("DeviceRequests");
  }

  @Test
  void gpus_are_for_tenants_with_a_quota_of_them() {
    assertThat(admitGpus(ONE_GPU).path(0).path("Count").asInt()).isEqualTo(1);
    assertThat(deniedHost("{'DeviceRequests':[" + ONE_GPU + "]}"))
        .hasMessageContaining("HostConfig.DeviceRequests")
        .hasMessageContaining("this tenant has no quota of GPUs; ask an operator for one");
  }

  @Test
  void a_device_by_its_cdi_name_is_the_hosts_like_one_by_its_path() {
    assertThat(deniedHost("{'DeviceRequests':[{'Driver':'cdi','DeviceIDs':['v.com/c=d']}]}"))
        .hasMessageContaining("HostConfig.DeviceRequests")
        .hasMessageContaining("devices are the host's");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Count':-1,'Capabilities':[['gpu']]}",
        "{'Count':0,'Capabilities':[['gpu']]}",
        "{'Capabilities':[['gpu']]}",
        "{'Count':1}",
        "{'Count':1,'DeviceIDs':['0'],'Capabilities':[['gpu']]}",
        "{'Count':1,'Capabilities':[['tpu']]}",
        "{'Count':1,'Capabilities':[['gpu'],['all']]}",
        "{'Count':1,'Capabilities':[['gpu']],'Driver':'cdi'}",
        "{'Count':1,'Capabilities':[['gpu']],'Options':{'a':'b'}}",
        "{'Count':1,'Capabilities':[['gpu']],'New':1}",
        "{'Count':1,'Capabilities':[['gpu']]},{'Count':1,'Capabilities':[['gpu']]}",
      })
  void of_gpus_only_a_number_can_be_asked_for(String requests) {
    assertThatThrownBy(() -> admitGpus(requests)).isInstanceOf(PolicyDeniedException.class);
  }

  @Test
  void the_body_that_was_asked_for_is_not_changed() {
    ObjectNode asked = recorded("create-many-flags");
    ObjectNode before = asked.deepCopy();

    ObjectNode body = admit(asked).body();
    body.withObject("HostConfig").put("Memory", 1);

    assertThat(asked).isEqualTo(before);
  }
}
