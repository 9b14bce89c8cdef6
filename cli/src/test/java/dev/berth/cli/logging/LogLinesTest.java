package dev.berth.cli.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLinesTest {
  private final LoggerContext context = new LoggerContext();

  @Test
  void an_event_is_one_line_of_json_with_its_values_as_fields() throws IOException {
    LoggingEvent event = event("host \"h1\"\nlost", new IllegalStateException("why"));
    event.addKeyValuePair(new KeyValuePair("host", "h1"));
    event.addKeyValuePair(new KeyValuePair("attempts", 3));
    event.addKeyValuePair(new KeyValuePair("message", "mine"));
    event.addKeyValuePair(new KeyValuePair("nothing", null));

    String line = new String(new JsonLine().encode(event), StandardCharsets.UTF_8);

    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    JsonNode json = new JsonMapper().readTree(line);
    assertThat(json.path("time").asText()).isEqualTo("2026-01-02T03:04:05.678Z");
    assertThat(json.path("level").asText()).isEqualTo("WARN");
    assertThat(json.path("message").asText()).isEqualTo("host \"h1\"\nlost");
    assertThat(json.path("host").asText()).isEqualTo("h1");
    assertThat(json.path("attempts").asInt()).isEqualTo(3);
    assertThat(json.path("message_").asText()).isEqualTo("mine");
    assertThat(json.path("exception").asText()).contains("IllegalStateException: why");
  }

  @Test
  void no_line_holds_a_secret() {
    LoggingEvent event = event("login", null);
    event.addKeyValuePair(new KeyValuePair("joinToken", "hidden"));
    event.addKeyValuePair(new KeyValuePair("Password", "hidden"));

    assertThat(new String(new JsonLine().encode(event), StandardCharsets.UTF_8))
        .doesNotContain("hidden")
        .contains("***");
    assertThat(new String(new TextLine(ZoneOffset.UTC).encode(event), StandardCharsets.UTF_8))
        .doesNotContain("hidden");
  }

  @Test
  void a_person_reads_time_level_message_and_values() {
    LoggingEvent event = event("host joined", null);
    event.addKeyValuePair(new KeyValuePair("host", "h1"));

    assertThat(new String(new TextLine(ZoneOffset.UTC).encode(event), StandardCharsets.UTF_8))
        .isEqualTo("03:04:05.678 WARN  host joined  host=h1\n");
  }

  private LoggingEvent event(String message, Throwable cause) {
    LoggingEvent event =
        new LoggingEvent(
            "caller",
            context.getLogger("dev.berth.Some"),
            Level.WARN,
            message,
            cause,
            new Object[0]);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    return event;
  }
}
