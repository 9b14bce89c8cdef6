package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operations API as a document (OpenAPI 3.1), made from the table of routes that answers the
 * calls: what is not declared there can neither be sent nor is it told.
 */
final class OpenApi implements OpsRoutes {
  static final String PATH = "/berth/v1/openapi.json";

  private static final String PREFIX = "/berth/v1/";
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern NAME = Pattern.compile("\\{([a-z]+)}");

  private static final OpsShape.Fields ERROR =
      OpsShape.named(
          "Error",
          OpsPart.always(
              "message", OpsShape.Plain.TEXT, "what is wrong and what to do, in a sentence"));

  private final List<OpsRoute> others;

  /** With the routes beside its own. */
  OpenApi(List<OpsRoute> others) {
    this.others = List.copyOf(others);
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute("GET", PATH, OpsRoute.OPEN, "this document", _ -> OpsAnswer.ok(document()))
            .answering(
                OpsPart.always("openapi", OpsShape.Plain.TEXT, "the version of OpenAPI"),
                OpsPart.always(
                    "info", OpsShape.mapOf(OpsShape.Plain.TEXT), "what the API is called"),
                OpsPart.always(
                    "paths", OpsShape.mapOf(OpsShape.Plain.ANY), "the calls by their paths"),
                OpsPart.always(
                    "components",
                    OpsShape.mapOf(OpsShape.Plain.ANY),
                    "what calls have in common")));
  }

  private ObjectNode document() {
    ObjectNode document = JSON.createObjectNode();
    document.put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "Berth operations API")
        .put("version", "v1")
        .put(
            "description",
            "What the berth command and the dashboard call. An error is an object with a message, a"
                + " sentence that says what to do. A misspelled field or parameter is refused. Answers"
                + " get more fields from one version to the next: leave out those that you do not"
                + " know.");
    OpenApiSchemas schemas = new OpenApiSchemas();
    ObjectNode paths = document.putObject("paths");
    others.forEach(route -> add(paths, route, schemas));
    routes().forEach(route -> add(paths, route, schemas));
    ObjectNode components = document.putObject("components");
    components.set("schemas", schemas.named());
    ObjectNode schemes = components.putObject("securitySchemes");
    key(schemes.putObject("token"), "X-Auth-Token", "A token of Berth's own store, or Keystone's.");
    key(schemes.putObject("tenant"), "X-Auth-TenantId", "The tenant in which the token acts.");
    return document;
  }

  private static void key(ObjectNode scheme, String header, String meaning) {
    scheme.put("type", "apiKey").put("in", "header").put("name", header);
    scheme.put("description", meaning);
  }

  private static void add(ObjectNode paths, OpsRoute route, OpenApiSchemas schemas) {
    if (!route.template().startsWith(PREFIX)) {
      return;
    }
    ObjectNode path =
        paths.path(route.template()) instanceof ObjectNode known
            ? known
            : paths.putObject(route.template());
    ObjectNode call = path.putObject(route.method().toLowerCase(Locale.ROOT));
    call.put("operationId", (route.method() + " " + route.template()).replaceAll("\\W+", "_"));
    call.put("summary", route.meaning());
    call.put("description", "For " + who(route) + ".");
    parameters(call.putArray("parameters"), route);
    body(call, route);
    answers(call.putObject("responses"), route, schemas);
    ArrayNode security = call.putArray("security");
    if (route.access() instanceof OpsRoute.Known) {
      ObjectNode both = security.addObject();
      both.putArray("token");
      both.putArray("tenant");
    }
  }

  private static String who(OpsRoute route) {
    return switch (route.access()) {
      case OpsRoute.Open _ -> "everybody";
      case OpsRoute.Known(var role) -> "the role " + role.text() + " and those above it";
    };
  }

  private static void parameters(ArrayNode parameters, OpsRoute route) {
    Matcher names = NAME.matcher(route.template());
    while (names.find()) {
      ObjectNode parameter = parameters.addObject();
      parameter.put("name", names.group(1)).put("in", "path").put("required", true);
      parameter.putObject("schema").put("type", "string");
    }
    for (OpsField field : route.query()) {
      ObjectNode parameter = parameters.addObject();
      parameter.put("name", field.name()).put("in", "query");
      parameter.put("required", field.need() == OpsField.Need.REQUIRED);
      parameter.put("description", field.meaning());
      parameter.set("schema", schema(field));
    }
  }

  private static void body(ObjectNode call, OpsRoute route) {
    if (route.body().isEmpty()) {
      return;
    }
    ObjectNode body = call.putObject("requestBody").put("required", true);
    ObjectNode schema = body.putObject("content").putObject("application/json").putObject("schema");
    schema.put("type", "object").put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JSON.createArrayNode();
    for (OpsField field : route.body()) {
      properties.set(field.name(), schema(field).put("description", field.meaning()));
      if (field.need() == OpsField.Need.REQUIRED) {
        required.add(field.name());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
  }

  private static ObjectNode schema(OpsField field) {
    ObjectNode schema = JSON.createObjectNode();
    switch (field.type()) {
      case TEXT -> schema.put("type", "string");
      case NUMBER -> schema.put("type", "integer");
      case FLAG -> schema.put("type", "boolean");
      case DURATION -> schema.putArray("type").add("integer").add("string");
      case TREE -> schema.putArray("type").add("object").add("array");
    }
    return schema;
  }

  private static void answers(ObjectNode answers, OpsRoute route, OpenApiSchemas schemas) {
    OpsRoute.Success success = route.success();
    ObjectNode good = answers.putObject(Integer.toString(success.status()));
    good.put("description", "Done.");
    success
        .shape()
        .ifPresent(
            shape -> {
              ObjectNode content = good.putObject("content");
              content.putObject("application/json").set("schema", schemas.of(shape));
              if (route.isFollowed()) {
                content
                    .putObject("application/x-ndjson")
                    .putObject("schema")
                    .put("type", "string")
                    .put("description", "With follow: each by itself, a line of JSON each.");
              }
            });
    answers
        .putObject("default")
        .put("description", "Refused or failed.")
        .putObject("content")
        .putObject("application/json")
        .set("schema", schemas.of(ERROR));
  }
}
