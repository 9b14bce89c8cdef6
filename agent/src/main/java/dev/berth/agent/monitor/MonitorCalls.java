package dev.berth.agent.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.agent.engine.Refusal;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.ContainerId;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.PrometheusText;
import dev.berth.common.monitor.SampleCodec;
import dev.berth.common.monitor.Series;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Answers managers about the host's use. */
public final class MonitorCalls {
  private static final JsonMapper JSON = new JsonMapper();

  private final Monitor monitor;
  private final String host;

  /** For a host of this name. */
  public MonitorCalls(Monitor monitor, String host) {
    this.monitor = monitor;
    this.host = host;
  }

  /** Answers {@link dev.berth.common.wire.AgentApi#MONITOR}. */
  public void latest(Exchange exchange) throws IOException {
    Optional<HostSample> sample = monitor.latest();
    if (sample.isEmpty()) {
      Refusal.ENGINE_DOWN.answer(exchange, "no sample has been taken yet: ask again in a second");
      return;
    }
    answer(exchange, SampleCodec.write(sample.get()));
  }

  /** Answers {@link dev.berth.common.wire.AgentApi#MONITOR_SERIES}. */
  public void series(Exchange exchange, String query) throws IOException {
    Optional<? extends Series<?>> series = Optional.of(monitor.host());
    boolean isDay = false;
    for (String part : query.split("&", -1)) {
      if (part.startsWith("container=")) {
        try {
          series = monitor.past(new ContainerId(part.substring("container=".length())));
        } catch (IllegalArgumentException e) {
          Refusal.BAD_REQUEST.answer(exchange, e.getMessage());
          return;
        }
      } else if (part.equals("window=day")) {
        isDay = true;
      } else if (!part.isEmpty() && !part.equals("window=hour")) {
        Refusal.BAD_REQUEST.answer(
            exchange, "no such parameter: \"%s\"; there are container, window".formatted(part));
        return;
      }
    }
    if (series.isEmpty()) {
      Refusal.NO_SUCH_PATH.answer(exchange, "no container of that id runs here");
      return;
    }
    answer(exchange, isDay ? series.get().day() : series.get().hour());
  }

  /** Answers {@link dev.berth.common.wire.AgentApi#METRICS}. */
  public void metrics(Exchange exchange) throws IOException {
    String text = monitor.latest().map(sample -> HostPage.render(host, sample)).orElse("");
    exchange.respond(
        new ResponseHead(200, "OK", Headers.of("Content-Type", PrometheusText.CONTENT_TYPE)),
        text.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(Exchange exchange, JsonNode json) throws IOException {
    exchange.respond(
        new ResponseHead(200, "OK", Headers.of("Content-Type", "application/json")),
        JSON.writeValueAsBytes(json));
  }
}
