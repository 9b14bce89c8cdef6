package dev.berth.manager.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.manager.audit.AuditTrail;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.monitor.FleetEvent;
import dev.berth.manager.monitor.FleetEvents;
import dev.berth.manager.move.Drains;
import dev.berth.manager.move.Rebalancing;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class OpenApiTest {
  private final List<OpsRoute> table = table();

  /** The declarations alone: nothing that answers a call is behind them. */
  private static List<OpsRoute> table() {
    List<OpsRoutes> parts =
        List.of(
            new TenantRoutes(null, null, null, null, null, null, null),
            new PolicyRoutes(null, Set::of),
            new IdentityRoutes(null, null, null),
            new KeystoneRoutes(null, null),
            new ClusterRoutes(null),
            new HostRoutes(null, null, null, null),
            new JoinRoutes(null),
            new ExplainRoutes(null),
            new RebalanceRoutes(null, null, PlacementHints.Choice.SPREAD),
            new MonitorRoutes(null, null, null),
            new FleetEventRoutes(new FleetEvents(), Clock.systemUTC()),
            new AuditRoutes(AuditTrail.none(), Clock.systemUTC()));
    List<OpsRoute> routes = new ArrayList<>();
    parts.forEach(part -> routes.addAll(part.routes()));
    return routes;
  }

  private JsonNode document() throws IOException {
    return new OpenApi(table).routes().getFirst().handler().handle(null).body().orElseThrow();
  }

  @Test
  void the_document_is_what_openapi_says_that_one_is() throws IOException {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    SwaggerParseResult result =
        new OpenAPIV3Parser().readContents(document().toString(), List.of(), options);
    assertThat(result.getMessages()).isEmpty();
    assertThat(result.getOpenAPI().getPaths()).hasSizeGreaterThan(20);
  }

  @Test
  void every_call_of_the_table_is_in_it_and_no_other() throws IOException {
    Set<String> declared = new TreeSet<>(Set.of("get " + OpenApi.PATH));
    table.stream()
        .filter(route -> route.template().startsWith("/berth/v1/"))
        .map(route -> route.method().toLowerCase(Locale.ROOT) + " " + route.template())
        .forEach(declared::add);
    Set<String> told = new TreeSet<>();
    document()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(method -> told.add(method + " " + path.getKey())));
    assertThat(told).isEqualTo(declared);
  }

  @Test
  void what_a_call_takes_and_who_may_make_it_is_told() throws IOException {
    JsonNode update = document().path("paths").path("/berth/v1/tenants/{id}").path("put");
    JsonNode schema =
        update.path("requestBody").path("content").path("application/json").path("schema");
    assertThat(schema.path("properties").has("quota")).isTrue();
    assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    assertThat(update.path("description").asText()).contains("admin");
    assertThat(update.path("parameters").path(0).path("in").asText()).isEqualTo("path");
    JsonNode users = document().path("paths").path("/berth/v1/users").path("post");
    assertThat(users.toString()).contains("\"required\":[\"name\",\"tenant\"]");
    JsonNode events = document().path("paths").path("/berth/v1/events").path("get");
    assertThat(events.path("parameters").findValuesAsText("name"))
        .containsExactly("since", "until", "type", "host", "follow");
  }

  /** Those whose answer has no body. */
  private static final Set<String> SILENT =
      Set.of("delete /berth/v1/users/{name}", "delete /berth/v1/policies/{name}");

  @Test
  void what_every_call_answers_is_told_field_by_field() throws IOException {
    Set<String> silent = new TreeSet<>();
    DeclaredAnswers answers = new DeclaredAnswers(document());
    for (var path : document().path("paths").properties()) {
      for (var call : path.getValue().properties()) {
        String name = call.getKey() + " " + path.getKey();
        JsonNode responses = call.getValue().path("responses");
        assertThat(responses.path("default").toString()).contains("/Error");
        if (responses.has("204")) {
          assertThat(responses.path("204").has("content")).describedAs(name).isFalse();
          silent.add(name);
          continue;
        }
        JsonNode good = responses.has("201") ? responses.path("201") : responses.path("200");
        JsonNode schema =
            answers.resolved(good.path("content").path("application/json").path("schema"));
        assertThat(schema.path("properties").properties()).describedAs(name).isNotEmpty();
      }
    }
    assertThat(silent).isEqualTo(SILENT);
  }

  @Test
  void every_field_of_an_answer_has_a_type_and_a_meaning() throws IOException {
    assertThat(document().findValues("properties")).hasSizeGreaterThan(40);
    for (JsonNode properties : document().findValues("properties")) {
      for (var property : properties.properties()) {
        JsonNode schema = property.getValue();
        assertThat(schema.path("description").asText())
            .describedAs(properties.toString())
            .isNotBlank();
        assertThat(schema.has("type") || schema.has("$ref"))
            .describedAs(property.getKey())
            .isTrue();
      }
    }
  }

  @Test
  void an_object_with_a_name_is_the_same_wherever_it_is_answered() {
    Map<String, OpsShape.Fields> named = new HashMap<>();
    table.forEach(
        route ->
            route
                .success()
                .shape()
                .ifPresent(
                    shape ->
                        objects(shape)
                            .filter(fields -> !fields.name().isEmpty())
                            .forEach(
                                fields ->
                                    assertThat(named.merge(fields.name(), fields, (a, _) -> a))
                                        .isEqualTo(fields))));
    assertThat(named).containsKeys("Host", "HostInDetail", "Tenant", "User", "Token", "Policy");
  }

  /** That one and those in it. */
  private static Stream<OpsShape.Fields> objects(OpsShape shape) {
    return switch (shape) {
      case OpsShape.Plain _, OpsShape.OrNull _ -> Stream.of();
      case OpsShape.ListOf(var item) -> objects(item);
      case OpsShape.MapOf(var value) -> objects(value);
      case OpsShape.Fields fields ->
          Stream.concat(
              Stream.of(fields), fields.parts().stream().flatMap(part -> objects(part.shape())));
    };
  }

  @Test
  void what_a_list_is_made_of_is_told_whole_also_where_it_is_mostly_empty() {
    assertThat(items("/berth/v1/hosts/{host}/drain", "containers"))
        .isEqualTo(components(Drains.Planned.class));
    assertThat(items("/berth/v1/rebalance/{goal}", "moves"))
        .isEqualTo(components(Rebalancing.Step.class));
    assertThat(items("/berth/v1/rebalance/{goal}", "stays"))
        .isEqualTo(components(Rebalancing.Kept.class));
    assertThat(items("/berth/v1/events", "events")).isEqualTo(components(FleetEvent.class));
  }

  private List<String> items(String template, String field) {
    return table.stream()
        .filter(route -> route.template().equals(template))
        .flatMap(route -> route.success().shape().orElseThrow().parts().stream())
        .filter(part -> part.name().equals(field))
        .flatMap(part -> objects(part.shape()))
        .flatMap(fields -> fields.parts().stream())
        .map(OpsPart::name)
        .toList();
  }

  private static List<String> components(Class<? extends Record> type) {
    return Stream.of(type.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  @Test
  void a_call_that_can_be_followed_answers_lines_then() throws IOException {
    for (String path : List.of("/berth/v1/audit", "/berth/v1/events")) {
      JsonNode content =
          document().path("paths").path(path).path("get").at("/responses/200/content");
      assertThat(content.fieldNames())
          .toIterable()
          .containsExactly("application/json", "application/x-ndjson");
    }
  }

  @Test
  void every_call_that_can_be_followed_ends_with_its_caller() {
    assertThat(table.stream().filter(OpsRoute::isFollowed).map(OpsRoute::template))
        .containsExactlyInAnyOrder("/berth/v1/audit", "/berth/v1/events");
  }
}
