package dev.berth.agent;

import dev.berth.agent.engine.Refusal;
import dev.berth.agent.monitor.MonitorCalls;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.HttpServer;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;

/** Where Prometheus comes in: there is one page, and nothing can be changed. */
final class MetricsDoor implements HttpServer.Handler {
  private final MonitorCalls monitor;

  MetricsDoor(MonitorCalls monitor) {
    this.monitor = monitor;
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    String path = exchange.request().target().replaceFirst("\\?.*", "");
    if (exchange.request().method().equals("GET") && path.equals(AgentApi.METRICS)) {
      monitor.metrics(exchange);
    } else {
      Refusal.NO_SUCH_PATH.answer(exchange, "there is GET %s here".formatted(AgentApi.METRICS));
    }
  }
}
