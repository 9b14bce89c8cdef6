package dev.berth.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EffectTest {
  private static final String ID = "a".repeat(64);

  private static Effect effect(String type, String action) throws Exception {
    return Effect.of(
        new JsonMapper()
            .readTree(
                """
                {"Type":"%s","Action":"%s","Actor":{"ID":"%s","Attributes":{"container":"%s"}}}
                """
                    .formatted(type, action, ID, ID)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create",
        "start",
        "die",
        "stop",
        "kill",
        "pause",
        "unpause",
        "rename",
        "update",
        "oom",
        "restart",
        "health_status: healthy",
        "something_new"
      })
  void a_container_that_may_have_changed_is_read_anew(String action) throws Exception {
    assertThat(effect("container", action).reread()).isTrue();
    assertThat(effect("container", action).container()).hasValue(ID);
    assertThat(effect("container", action).gone()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exec_create: sh -c true",
        "exec_start: sh",
        "exec_die",
        "top",
        "attach",
        "resize"
      })
  void what_leaves_no_trace_is_only_passed_on_in_its_order(String action) throws Exception {
    assertThat(effect("container", action).reread()).isFalse();
    assertThat(effect("container", action).container()).hasValue(ID);
  }

  @Test
  void a_destroyed_container_is_gone_without_asking() throws Exception {
    assertThat(effect("container", "destroy").gone()).isTrue();
  }

  @Test
  void a_container_is_read_anew_when_its_networks_change() throws Exception {
    assertThat(effect("network", "connect").container()).hasValue(ID);
    assertThat(effect("network", "connect").reread()).isTrue();
    assertThat(effect("network", "create").reread()).isFalse();
  }

  @Test
  void images_are_listed_when_they_may_have_changed() throws Exception {
    assertThat(effect("image", "tag").list()).hasValue(Listing.IMAGES);
    assertThat(effect("image", "delete").list()).hasValue(Listing.IMAGES);
    assertThat(effect("image", "push").list()).isEmpty();
    assertThat(effect("container", "commit").list()).hasValue(Listing.IMAGES);
  }

  @Test
  void volumes_and_networks_are_listed_anew_when_one_comes_or_goes() throws Exception {
    assertThat(effect("volume", "create").list()).hasValue(Listing.VOLUMES);
    assertThat(effect("volume", "destroy").list()).hasValue(Listing.VOLUMES);
    assertThat(effect("volume", "mount").list()).isEmpty();
    assertThat(effect("network", "connect").list()).isEmpty();
    JsonNode created =
        new JsonMapper()
            .readTree(
                "{\"Type\":\"network\",\"Action\":\"create\",\"Actor\":{\"ID\":\"%s\"}}"
                    .formatted(ID));
    assertThat(Effect.of(created).list()).hasValue(Listing.NETWORKS);
  }

  @Test
  void an_event_of_no_container_in_particular_is_passed_on() throws Exception {
    Effect prune =
        Effect.of(
            new JsonMapper()
                .readTree("{\"Type\":\"container\",\"Action\":\"prune\",\"Actor\":{\"ID\":\"\"}}"));

    assertThat(prune.container()).isEmpty();
  }
}
