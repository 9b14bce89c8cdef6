package dev.berth.manager.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.ImageRecord;
import dev.berth.common.wire.FeedMessage;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TenantImagesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId UMBRELLA = new TenantId("umbrella");
  private static final String BUSYBOX = id('b');
  private static final String OWN = id('0');

  private final View view = new View(InstantSource.system(), new Events());

  private static String id(char digit) {
    return "sha256:" + String.valueOf(digit).repeat(64);
  }

  @BeforeEach
  void hosts() {
    host("h1", image(BUSYBOX, "busybox:latest"), image(OWN));
    host("h2", image(BUSYBOX, "busybox:latest"));
    view.imagePut(record(ACME, OWN, "app:1"));
  }

  private void host(String id, JsonNode... images) {
    view.hostJoined(
        new HostDescriptor(
            id,
            id,
            "10.0.0.1",
            1,
            "",
            "1.41",
            "1.12",
            1,
            1,
            "",
            "",
            "linux",
            "",
            "",
            "",
            Map.of()));
    view.apply(
        new HostId(id),
        new FeedMessage.Snapshot(1, List.of(), List.of(images), List.of(), List.of()));
  }

  private static JsonNode image(String id, String... tags) {
    ObjectNode image = JSON.createObjectNode().put("Id", id).put("Created", 1).put("Size", 2);
    ArrayNode digests = image.putArray("RepoDigests");
    digests.add("secret.example/of-someone@sha256:" + "9".repeat(64));
    ArrayNode list = image.putArray("RepoTags");
    List.of(tags).forEach(list::add);
    return image;
  }

  private static ImageRecord record(TenantId tenant, String id, String... tags) {
    return new ImageRecord(tenant.value(), id, List.of(tags), List.of(), 1, 2, List.of());
  }

  private Optional<String> meaning(TenantId tenant, String reference) {
    return view.imagesOf(tenant).resolve(reference).map(image -> image.id().value());
  }

  @Test
  void an_own_image_is_found_by_its_owner_alone_by_name_id_and_prefix() {
    for (String reference :
        List.of("app:1", OWN, OWN.substring(7), OWN.substring(7, 19), "sha256:000")) {
      assertThat(meaning(ACME, reference)).describedAs(reference).contains(OWN);
      assertThat(meaning(UMBRELLA, reference)).describedAs(reference).isEmpty();
    }
  }

  @Test
  void a_shared_image_is_found_by_all_without_what_tenants_called_it() {
    for (TenantId tenant : List.of(ACME, UMBRELLA)) {
      TenantImage image = view.imagesOf(tenant).resolve("busybox").orElseThrow();
      assertThat(image.id()).isEqualTo(new ImageId(BUSYBOX));
      assertThat(image.digests()).isEmpty();
    }
  }

  @Test
  void an_own_tag_hides_a_shared_one_from_its_owner() {
    view.imagePut(record(ACME, OWN, "busybox:latest"));
    assertThat(meaning(ACME, "busybox")).contains(OWN);
    assertThat(meaning(ACME, BUSYBOX)).isEmpty();
    assertThat(meaning(UMBRELLA, "busybox")).contains(BUSYBOX);
    view.imageRemoved(record(ACME, OWN));
    assertThat(meaning(ACME, "busybox")).contains(BUSYBOX);
  }

  @Test
  void a_prefix_of_two_images_means_none() {
    view.imagePut(record(ACME, "sha256:" + "0".repeat(63) + "1", "app:2"));
    assertThat(meaning(ACME, "000000")).isEmpty();
  }

  @Test
  void what_most_hosts_call_so_is_shared() {
    host("h3", image(id('c'), "busybox:latest"));
    assertThat(meaning(UMBRELLA, "busybox")).contains(BUSYBOX);
    assertThat(view.imageHosts(new ImageId(BUSYBOX)))
        .containsExactlyInAnyOrder(new HostId("h1"), new HostId("h2"));
  }

  @Test
  void an_image_of_a_lost_host_is_known_but_nowhere() {
    view.hostLeft(new HostId("h1"));
    assertThat(meaning(ACME, "app:1")).contains(OWN);
    assertThat(view.imageHosts(new ImageId(OWN))).isEmpty();
  }

  @Test
  void filters_choose_names_and_images() {
    view.imagePut(record(ACME, id('1')));
    assertThat(listed("{\"reference\":[\"app\"]}")).containsExactly(OWN);
    assertThat(listed("{\"dangling\":[\"true\"]}")).containsExactly(id('1'));
    assertThat(listed("{\"dangling\":[\"false\"]}")).containsExactlyInAnyOrder(OWN, BUSYBOX);
    assertThat(listed("")).hasSize(3);
  }

  private List<String> listed(String filters) {
    return new ImageQuery(Filters.parse(filters, ImageQuery.KNOWN))
        .list(view.imagesOf(ACME))
        .valueStream()
        .map(image -> image.path("Id").asText())
        .toList();
  }
}
