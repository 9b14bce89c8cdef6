package dev.berth.manager.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.manager.audit.AuditTrail;
import dev.berth.manager.monitor.FleetEvents;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
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
            new RebalanceRoutes(null),
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

  @Test
  void every_call_that_can_be_followed_ends_with_its_caller() {
    assertThat(table.stream().filter(OpsRoute::isFollowed).map(OpsRoute::template))
        .containsExactlyInAnyOrder("/berth/v1/audit", "/berth/v1/events");
  }
}
