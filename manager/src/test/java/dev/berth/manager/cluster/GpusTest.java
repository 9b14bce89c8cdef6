package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GpusTest {
  private static final HostId H1 = new HostId("h1-000001");
  private static final HostId H2 = new HostId("h2-000002");

  private final Gpus gpus = new Gpus();

  private static ObjectNode asking(String request) {
    try {
      return (ObjectNode)
          new JsonMapper()
              .readTree("{\"HostConfig\":{\"DeviceRequests\":[%s]}}".formatted(request));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static ObjectNode asking(int count) {
    return asking("{\"Count\":%d,\"DeviceIDs\":null}".formatted(count));
  }

  private static List<String> has(ObjectNode body) {
    return body.path("HostConfig")
        .path("DeviceRequests")
        .path(0)
        .path("DeviceIDs")
        .valueStream()
        .map(id -> id.asText())
        .toList();
  }

  private ObjectNode given(RecordId id, HostId host, int count) {
    ObjectNode body = asking(count);
    gpus.give(id, host, body);
    return body;
  }

  @Test
  void no_two_containers_of_a_host_have_one_gpu_and_what_is_released_is_given_again() {
    RecordId first = RecordId.random();
    assertThat(has(given(first, H1, 2))).containsExactly("0", "1");
    assertThat(has(given(RecordId.random(), H1, 1))).containsExactly("2");
    assertThat(has(given(RecordId.random(), H2, 1))).containsExactly("0");
    gpus.release(first);
    assertThat(has(given(RecordId.random(), H1, 3))).containsExactly("0", "1", "3");
  }

  @Test
  void what_records_say_is_taken_counts_for_a_new_leader() {
    gpus.hold(RecordId.random(), H1, asking("{\"Count\":0,\"DeviceIDs\":[\"0\",\"2\"]}"));
    ObjectNode body = given(RecordId.random(), H1, 2);
    assertThat(has(body)).containsExactly("1", "3");
    assertThat(body.path("HostConfig").path("DeviceRequests").path(0).path("Count").asInt())
        .isZero();
  }

  @Test
  void a_body_that_goes_elsewhere_asks_for_as_many_as_it_had() {
    ObjectNode body = given(RecordId.random(), H1, 2);
    assertThat(Gpus.asked(body)).isEqualTo(2);
    Gpus.takeBack(body);
    assertThat(has(body)).isEmpty();
    assertThat(Gpus.asked(body)).isEqualTo(2);
  }

  @Test
  void what_is_asked_for_by_its_cdi_name_is_no_gpu_and_keeps_its_name() {
    ObjectNode body = asking("{\"Driver\":\"cdi\",\"DeviceIDs\":[\"vendor.com/class=0\"]}");
    assertThat(Gpus.asked(body)).isZero();
    Gpus.takeBack(body);
    gpus.give(RecordId.random(), H1, body);
    assertThat(has(body)).containsExactly("vendor.com/class=0");
  }

  @Test
  void who_asks_for_none_gets_none() {
    ObjectNode body = new JsonMapper().createObjectNode();
    gpus.give(RecordId.random(), H1, body);
    assertThat(body).isEmpty();
    assertThat(Gpus.asked(body)).isZero();
    assertThat(Gpus.asked(asking(-1))).isZero();
  }
}
