package dev.berth.manager.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PullTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final Pull pull = new Pull();

  private static JsonNode line(String id, String status) {
    return JSON.createObjectNode().put("status", status).put("id", id);
  }

  private static List<String> heard(Pull.Waiting waiting) {
    List<String> heard = new ArrayList<>();
    assertThatThrownBy(() -> waiting.follow(line -> heard.add(line.path("status").asText())))
        .isInstanceOf(ImageException.class)
        .hasMessage("over");
    return heard;
  }

  @Test
  void who_comes_later_hears_the_beginning_and_of_each_layer_the_latest() {
    Pull.Waiting first = pull.join().orElseThrow();
    pull.line(line("1", "Pulling from lib/x"));
    pull.line(line("layer", "Downloading"));
    pull.line(line("layer", "Download complete"));
    Pull.Waiting second = pull.join().orElseThrow();
    pull.line(line("layer", "Pull complete"));
    pull.fail(new ImageException(500, "over"));
    assertThat(heard(first))
        .containsExactly("Pulling from lib/x", "Downloading", "Download complete", "Pull complete");
    assertThat(heard(second))
        .containsExactly("Pulling from lib/x", "Download complete", "Pull complete");
  }

  @Test
  void a_pull_that_is_over_or_given_up_is_joined_no_more() throws IOException {
    pull.join().orElseThrow().close();
    assertThat(pull.join()).isEmpty();
    Pull other = new Pull();
    other.fail(new ImageException(500, "over"));
    assertThat(other.join()).isEmpty();
  }

  @Test
  void a_pull_goes_on_while_one_waits() throws IOException {
    Pull.Waiting first = pull.join().orElseThrow();
    Pull.Waiting second = pull.join().orElseThrow();
    first.close();
    pull.line(line("1", "Pulling from lib/x"));
    pull.fail(new ImageException(500, "over"));
    assertThat(heard(second)).containsExactly("Pulling from lib/x");
  }
}
