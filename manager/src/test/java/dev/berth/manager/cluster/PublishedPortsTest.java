package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Labels;
import dev.berth.scheduler.HostPort;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PublishedPortsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final PortRange OPEN = new PortRange(20_000, 20_099);

  private static ObjectNode body(String bindings) throws Exception {
    return (ObjectNode) JSON.readTree("{\"HostConfig\":{\"PortBindings\":" + bindings + "}}");
  }

  private static int port(JsonNode body, String containerPort) {
    return body.path("HostConfig")
        .path("PortBindings")
        .path(containerPort)
        .path(0)
        .path("HostPort")
        .asInt();
  }

  @Test
  void a_fixed_port_stays_as_it_is_and_leaves_no_label() throws Exception {
    ObjectNode body = body("{\"80/tcp\":[{\"HostPort\":\"8080\"}]}");
    assertThat(PublishedPorts.assign(body, OPEN, _ -> false, new Random(1))).isSameAs(body);
    assertThat(PublishedPorts.fixed(body))
        .containsExactly(new HostPort("", 8080, HostPort.Protocol.TCP));
  }

  @Test
  void an_open_port_gets_one_that_is_free_and_the_label_keeps_what_was_asked() throws Exception {
    String asked = "{\"80/tcp\":[{\"HostPort\":\"\"}],\"53/udp\":[{\"HostPort\":\"0\"}]}";
    ObjectNode given = body(asked);
    ObjectNode body =
        PublishedPorts.assign(given, OPEN, port -> port.port() == 20_042, new Random(1));
    assertThat(port(body, "80/tcp")).isEqualTo(20_042);
    assertThat(port(body, "53/udp")).isEqualTo(20_042);
    assertThat(body.path("Labels").path(Labels.PORTS).asText()).isEqualTo(asked);
    assertThat(given).isEqualTo(body(asked));
  }

  @Test
  void a_range_is_taken_from_its_begin() throws Exception {
    ObjectNode body = body("{\"80/tcp\":[{\"HostPort\":\"8000-8003\"}]}");
    assertThat(
            port(
                PublishedPorts.assign(body, OPEN, port -> port.port() > 8001, new Random(1)),
                "80/tcp"))
        .isEqualTo(8002);
    assertThatThrownBy(() -> PublishedPorts.assign(body, OPEN, _ -> false, new Random(1)))
        .isInstanceOf(RefusedPlacementException.class)
        .hasMessageContaining("from 8000 to 8003 are in use");
  }

  @Test
  void publishing_all_asks_for_each_exposed_port_that_has_none() throws Exception {
    ObjectNode body = body("{\"80/tcp\":[{\"HostPort\":\"8080\"}]}");
    PublishedPorts.publishAll(body, List.of("80/tcp", "443/tcp"));
    assertThat(port(body, "80/tcp")).isEqualTo(8080);
    assertThat(port(PublishedPorts.assign(body, OPEN, _ -> true, new Random(1)), "443/tcp"))
        .isBetween(OPEN.first(), OPEN.last());
    assertThat(body.path("Labels").path(Labels.PORTS).asText())
        .isEqualTo("{\"80/tcp\":[{\"HostPort\":\"8080\"}]}");
  }

  @Property
  void no_two_open_ports_are_the_same_and_none_is_one_that_is_taken(
      @ForAll @Size(min = 1, max = 40)
          List<@IntRange(min = 1, max = 65_535) Integer> containerPorts,
      @ForAll Set<@IntRange(min = 20_000, max = 20_059) Integer> taken,
      @ForAll long seed)
      throws Exception {
    ObjectNode bindings = JSON.createObjectNode();
    containerPorts.forEach(
        port -> bindings.putArray(port + "/tcp").addObject().put("HostPort", "0"));
    ObjectNode body =
        PublishedPorts.assign(
            body(bindings.toString()),
            OPEN,
            port -> !taken.contains(port.port()),
            new Random(seed));
    Set<Integer> seen = new HashSet<>();
    containerPorts.stream()
        .distinct()
        .forEach(
            containerPort -> {
              int port = port(body, containerPort + "/tcp");
              assertThat(seen.add(port)).isTrue();
              assertThat(OPEN.contains(port)).isTrue();
              assertThat(taken).doesNotContain(port);
            });
  }

  @Test
  void a_range_of_ports_is_read_and_what_is_none_is_refused() {
    assertThat(PortRange.parse("80")).isEqualTo(new PortRange(80, 80));
    assertThat(PortRange.parse(" 1024-65535 ")).isEqualTo(new PortRange(1024, 65_535));
    for (String text : List.of("", "0", "-1", "9-8", "70000", "1-70000", "x", "1-2-3")) {
      assertThatThrownBy(() -> PortRange.parse(text))
          .describedAs(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
