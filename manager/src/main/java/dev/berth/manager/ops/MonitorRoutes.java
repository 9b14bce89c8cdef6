package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.Metric;
import dev.berth.common.monitor.PrometheusText;
import dev.berth.common.monitor.SampleCodec;
import dev.berth.manager.monitor.ContainerUse;
import dev.berth.manager.monitor.FleetMonitor;
import dev.berth.manager.monitor.FleetPage;
import dev.berth.manager.monitor.HostUse;
import dev.berth.manager.monitor.TenantUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** How busy hosts, tenants and containers are, for operators and for Prometheus. */
public final class MonitorRoutes implements OpsRoutes {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int TOP = 50;

  private final FleetMonitor monitor;
  private final FleetPage page;
  private final UnaryOperator<ContainerUse> named;

  /**
   * For a fleet.
   *
   * @param named gives a container the name that its tenant knows
   */
  public MonitorRoutes(FleetMonitor monitor, FleetPage page, UnaryOperator<ContainerUse> named) {
    this.monitor = monitor;
    this.page = page;
    this.named = named;
  }

  @Override
  public List<OpsRoute> routes() {
    OpsShape.Fields containerValues = measured("ContainerValues", ContainerMetric.values());
    return List.of(
        new OpsRoute(
                "GET",
                "/berth/v1/monitor/hosts",
                OpsRoute.ADMIN,
                "the newest sample of each host",
                _ -> OpsAnswer.ok(hosts()))
            .answering(
                OpsPart.always(
                    "hosts",
                    OpsShape.listOf(
                        OpsShape.fields(
                            OpsPart.always("id", OpsShape.Plain.TEXT, "of the host"),
                            OpsPart.always("name", OpsShape.Plain.TEXT, "of the host"),
                            OpsPart.always(
                                "at", OpsShape.Plain.MOMENT, "when the sample was taken"),
                            OpsPart.always(
                                "values",
                                measured("HostValues", HostMetric.values()),
                                "what its kernel tells; the rest is left out"))),
                    "those that have told of themselves lately, by name"),
                OpsPart.always(
                    "silent", OpsShape.listOf(OpsShape.Plain.TEXT), "the names of the others")),
        new OpsRoute(
                "GET",
                "/berth/v1/monitor/hosts/{id}/series",
                OpsRoute.ADMIN,
                "a host's last hour; with window=day or container=ID what its agent keeps",
                this::series)
            .asking(
                OpsField.optional("window", OpsField.Type.TEXT, "hour or day"),
                OpsField.optional("container", OpsField.Type.TEXT, "the id of a container"))
            .answering(series()),
        new OpsRoute(
                "GET",
                "/berth/v1/monitor/tenants",
                OpsRoute.ADMIN,
                "what each tenant's containers use together",
                _ -> OpsAnswer.ok(tenants()))
            .answering(
                OpsPart.always(
                    "tenants",
                    OpsShape.listOf(
                        OpsShape.fields(
                            OpsPart.always("tenant", OpsShape.Plain.TEXT, "its id"),
                            OpsPart.always(
                                "containers",
                                OpsShape.Plain.NUMBER,
                                "how many of its containers run"),
                            OpsPart.always(
                                "values", containerValues, "the sums of what can be summed"))),
                    "those with a container that runs, by their ids")),
        new OpsRoute(
                "GET",
                "/berth/v1/monitor/top",
                OpsRoute.ADMIN,
                "the containers that use most: order=cpu or memory; with search= those of which the"
                    + " name, id, tenant or host has that text",
                this::top)
            .asking(
                OpsField.optional("order", OpsField.Type.TEXT, "cpu or memory"),
                OpsField.optional(
                    "search", OpsField.Type.TEXT, "text in a name, id, tenant or host"))
            .answering(
                OpsPart.always(
                    "containers",
                    OpsShape.listOf(
                        OpsShape.fields(
                            OpsPart.always("id", OpsShape.Plain.TEXT, "of the container"),
                            OpsPart.always(
                                "name",
                                OpsShape.Plain.TEXT,
                                "what its tenant calls it; its engine's name for one that is not Berth's"),
                            OpsPart.always(
                                "tenant",
                                OpsShape.Plain.TEXT,
                                "whose it is; empty for one that is not Berth's"),
                            OpsPart.always("host", OpsShape.Plain.TEXT, "the name of its host"),
                            OpsPart.always(
                                "values",
                                containerValues,
                                "what its kernel tells; the rest is left out"))),
                    "at most 50, the one that uses most first")),
        new OpsRoute(
            "GET", "/metrics", OpsRoute.ADMIN, "the fleet in Prometheus' format", this::metrics));
  }

  private static OpsShape.Fields measured(String name, Metric[] metrics) {
    return new OpsShape.Fields(
        name,
        Stream.of(metrics)
            .map(each -> OpsPart.sometimes(each.key(), OpsShape.Plain.AMOUNT, each.help()))
            .toList());
  }

  /** A host's or a container's, which share some of their metrics. */
  private static OpsShape.Fields series() {
    Map<String, OpsPart> parts = new LinkedHashMap<>();
    parts.put(
        "step",
        OpsPart.always("step", OpsShape.Plain.NUMBER, "seconds from one point to the next"));
    parts.put(
        "at",
        OpsPart.always(
            "at",
            OpsShape.listOf(OpsShape.Plain.NUMBER),
            "when each point is, in milliseconds since 1970; some can be missing"));
    Stream.<Metric>concat(Stream.of(HostMetric.values()), Stream.of(ContainerMetric.values()))
        .filter(Metric::isKept)
        .forEach(
            each ->
                parts.putIfAbsent(
                    each.key(),
                    OpsPart.sometimes(
                        each.key(),
                        OpsShape.listOf(new OpsShape.OrNull(OpsShape.Plain.AMOUNT)),
                        each.help() + ", at each point; null where it was not measured")));
    return new OpsShape.Fields("Series", List.copyOf(parts.values()));
  }

  private JsonNode hosts() {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("hosts");
    for (HostUse host : monitor.hosts()) {
      list.addObject()
          .put("id", host.id().value())
          .put("name", host.name())
          .put("at", host.sample().at().toString())
          .set("values", SampleCodec.write(HostMetric.values(), host.sample().host()));
    }
    monitor.silent().forEach(answer.putArray("silent")::add);
    return answer;
  }

  private OpsAnswer series(OpsCall call) throws IOException {
    String host = call.value("id");
    String query = query(call);
    Optional<JsonNode> series;
    try {
      series = query.isEmpty() ? monitor.hour(host) : monitor.past(host, query);
    } catch (IOException e) {
      throw new OpsException(502, e.getMessage());
    }
    return OpsAnswer.ok(
        series.orElseThrow(() -> new OpsException(404, "there is no host " + host)));
  }

  private JsonNode tenants() {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("tenants");
    for (TenantUse use : monitor.tenants()) {
      ObjectNode values =
          list.addObject()
              .put("tenant", use.tenant())
              .put("containers", use.containers())
              .putObject("values");
      use.sums().forEach((metric, sum) -> values.put(metric.key(), sum));
    }
    return answer;
  }

  private OpsAnswer top(OpsCall call) {
    ContainerMetric by =
        switch (call.query().text("order").orElse("cpu")) {
          case "cpu" -> ContainerMetric.CPU_CORES;
          case "memory" -> ContainerMetric.MEMORY_USED;
          default -> throw OpsException.badRequest("\"order\" must be cpu or memory");
        };
    String text = call.query().text("search").orElse("").toLowerCase(Locale.ROOT);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("containers");
    monitor.containers().stream()
        .map(use -> text.isEmpty() ? use : named.apply(use))
        .filter(use -> text.isEmpty() || has(use, text))
        .sorted(
            Comparator.comparingDouble((ContainerUse use) -> use.sample().values().orZero(by))
                .reversed())
        .limit(TOP)
        .map(use -> text.isEmpty() ? named.apply(use) : use)
        .forEach(
            use ->
                list.addObject()
                    .put("id", use.sample().id().value())
                    .put("name", use.sample().name())
                    .put("tenant", use.sample().tenant())
                    .put("host", use.host())
                    .set(
                        "values",
                        SampleCodec.write(ContainerMetric.values(), use.sample().values())));
    return OpsAnswer.ok(answer);
  }

  private static boolean has(ContainerUse use, String text) {
    return Stream.of(
            use.sample().name(), use.sample().id().value(), use.sample().tenant(), use.host())
        .anyMatch(each -> each.toLowerCase(Locale.ROOT).contains(text));
  }

  private OpsAnswer metrics(OpsCall call) throws IOException {
    call.exchange()
        .respond(
            new ResponseHead(
                200,
                OpsReason.of(200),
                Headers.of(
                    "Content-Type", PrometheusText.CONTENT_TYPE, "Cache-Control", "no-store")),
            page.render().getBytes(StandardCharsets.UTF_8));
    return OpsAnswer.given();
  }

  private static String query(OpsCall call) {
    String target = call.exchange().request().target();
    int question = target.indexOf('?');
    return question < 0 ? "" : target.substring(question + 1);
  }
}
