package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultNetworkTest {
  private static final String BRIDGE = "acme.bridge";

  private static ObjectNode replaced(String body) {
    ObjectNode json = TenantObjects.json(body);
    assertThat(DefaultNetwork.replace(json, BRIDGE)).isTrue();
    return json;
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'NetworkMode':''}", "{'NetworkMode':'default'}"})
  void a_container_without_a_network_is_on_its_tenants_and_shows_default(String hostConfig) {
    ObjectNode body = replaced("{'HostConfig':" + hostConfig + "}");
    assertThat(body)
        .isEqualTo(
            TenantObjects.json(
                "{'HostConfig':{'NetworkMode':'acme.bridge'},"
                    + "'NetworkingConfig':{'EndpointsConfig':{'acme.bridge':{}}},"
                    + "'Labels':{'berth.network-mode':'default'}}"));
  }

  @Test
  void one_that_asks_for_bridge_shows_bridge_and_keeps_its_endpoint() {
    ObjectNode body =
        replaced(
            "{'HostConfig':{'NetworkMode':'bridge'},"
                + "'NetworkingConfig':{'EndpointsConfig':{'bridge':{'MacAddress':'02:00:00:00:00:01'}}}}");
    assertThat(body.has("Labels")).isFalse();
    assertThat(body.path("NetworkingConfig").path("EndpointsConfig"))
        .isEqualTo(TenantObjects.json("{'acme.bridge':{'MacAddress':'02:00:00:00:00:01'}}"));
  }

  @Test
  void links_become_links_of_the_endpoint() {
    ObjectNode body =
        replaced("{'HostConfig':{'Links':['%s:db']}}".formatted(TenantObjects.OTHER_ID));
    assertThat(body.path("HostConfig").has("Links")).isFalse();
    assertThat(body.path("NetworkingConfig").path("EndpointsConfig").path(BRIDGE).path("Links"))
        .hasToString("[\"%s:db\"]".formatted(TenantObjects.OTHER_ID.substring(0, 12)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "acme.net", "container:abc"})
  void other_networks_are_left_alone(String mode) {
    String text = "{'HostConfig':{'NetworkMode':'%s'}}".formatted(mode);
    ObjectNode body = TenantObjects.json(text);
    assertThat(DefaultNetwork.replace(body, BRIDGE)).isFalse();
    assertThat(body).isEqualTo(TenantObjects.json(text));
  }

  @Test
  void a_second_endpoint_on_the_default_network_is_on_the_tenants() {
    ObjectNode body =
        replaced(
            "{'HostConfig':{'NetworkMode':'acme.net'},"
                + "'NetworkingConfig':{'EndpointsConfig':{'acme.net':{},'bridge':{}}}}");
    assertThat(body.path("HostConfig").path("NetworkMode").asText()).isEqualTo("acme.net");
    assertThat(body.path("NetworkingConfig").path("EndpointsConfig"))
        .isEqualTo(TenantObjects.json("{'acme.net':{},'acme.bridge':{}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'IPAMConfig':{'IPv4Address':'10.200.0.9'}}",
        "{'IPAMConfig':{'IPv6Address':'fd00::9'}}",
        "{'Aliases':['web']}"
      })
  void what_engines_have_on_networks_of_users_only_is_refused(String endpoint) {
    assertThatThrownBy(
            () ->
                replaced(
                    "{'HostConfig':{},'NetworkingConfig':{'EndpointsConfig':{'bridge':"
                        + endpoint
                        + "}}}"))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("user defined networks");
  }
}
