package dev.berth.manager.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.id.ImageId;
import dev.berth.manager.image.dockerfile.Rewritten;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BuildLogTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NO_NAME =
      "invalid reference format: repository name must be lowercase";
  private static final Rewritten WRITTEN =
      new Rewritten(
          "",
          "",
          List.of(
              new Rewritten.Step("FROM sha256:1 AS stage-x", "FROM busybox as own", ""),
              new Rewritten.Step("COPY --from=NONE-X a b", "COPY --from=gone a b", "not found")),
          Map.of("stage-x", "own", "NONE-X", "gone"),
          List.of());

  private final List<String> heard = new ArrayList<>();

  private BuildLog log(boolean isQuiet, boolean isTold) {
    BuildLog log =
        new BuildLog(line -> heard.add(line.path("stream").asText("error")), isQuiet, isTold);
    log.speaksOf(WRITTEN, "Dockerfile.own");
    return log;
  }

  private static void hear(BuildLog log, String... lines) throws IOException {
    for (String line : lines) {
      log.engine(BuildLog.stream(line));
    }
  }

  private static JsonNode error(String message) throws IOException {
    return JSON.readTree("{\"error\":\"%s\",\"errorDetail\":{\"code\":7}}".formatted(message));
  }

  @Test
  void steps_are_shown_as_the_client_wrote_them() throws Exception {
    BuildLog log = log(false, false);
    hear(log, "Step 1/2 : FROM sha256:1 AS stage-x", "Step 1/2 : RUN other", "Step 9/9 : x");
    assertThat(heard)
        .containsExactly("Step 1/2 : FROM busybox as own", "Step 1/2 : RUN other", "Step 9/9 : x");
  }

  @Test
  void an_error_is_of_the_clients_own_names() throws Exception {
    BuildLog log = log(false, false);
    assertThat(log.inOwnWords("failed to parse .dockerfile.berth: stage-x"))
        .isEqualTo("failed to parse Dockerfile.own: own");
    hear(log, "Step 2/2 : COPY --from=NONE-X a b");
    JsonNode error = error("invalid from flag value NONE-X: " + NO_NAME);
    log.fail(error);
    assertThat(error.path("error").asText()).isEqualTo("invalid from flag value gone: not found");
    assertThat(error.path("errorDetail").path("code").asInt()).isEqualTo(7);
  }

  @Test
  void a_quiet_build_says_its_id_or_everything() throws Exception {
    ImageId id = new ImageId("sha256:" + "ab".repeat(32));
    BuildLog good = log(true, false);
    hear(good, "one", "two");
    good.succeed(id);
    assertThat(heard).containsExactly(id + "\n");
    BuildLog bad = log(true, false);
    hear(bad, "one", "two");
    bad.fail(error("x"));
    assertThat(heard).containsExactly(id + "\n", "one", "two", "error");
  }

  @Test
  void the_removal_after_a_failed_step_is_told_only_when_it_was_asked_for() throws Exception {
    String removed = "Removing intermediate container 0123456789ab\n";
    BuildLog log = log(false, false);
    hear(log, removed, "next", removed);
    log.fail(error("x"));
    assertThat(heard).containsExactly(removed, "next", "error");
    BuildLog told = log(false, true);
    hear(told, removed);
    told.fail(error("x"));
    assertThat(heard).containsExactly(removed, "next", "error", removed, "error");
  }

  @Test
  void only_what_a_step_made_is_unfinished() throws Exception {
    BuildLog log = log(false, false);
    hear(log, " ---> 0123456789ab\n");
    assertThat(log.unfinished()).isEqualTo("0123456789ab");
    hear(log, " ---> Using cache\n", " ---> ab0123456789\n");
    assertThat(log.unfinished()).isEmpty();
    hear(log, " ---> 0123456789ab\n", "out ---> ffffffffffff\n");
    log.engine(JSON.readTree("{\"aux\":{\"ID\":\"sha256:%s\"}}".formatted("ab".repeat(32))));
    assertThat(log.unfinished()).isEmpty();
    assertThat(log.results()).containsExactly(new ImageId("sha256:" + "ab".repeat(32)));
  }
}
