package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What answers are, as JSON schemas; objects with a name are gathered and referred to. */
final class OpenApiSchemas {
  private static final JsonMapper JSON = new JsonMapper();

  private final ObjectNode named = JSON.createObjectNode();

  /** Those that others refer to, by their names. */
  ObjectNode named() {
    return named;
  }

  ObjectNode of(OpsShape shape) {
    return switch (shape) {
      case OpsShape.Plain plain -> plain(plain);
      case OpsShape.OrNull(var plain) -> {
        ObjectNode schema = plain(plain);
        schema.putArray("type").add(plain(plain).get("type")).add("null");
        yield schema;
      }
      case OpsShape.ListOf(var item) -> {
        ObjectNode schema = typed("array");
        schema.set("items", of(item));
        yield schema;
      }
      case OpsShape.MapOf(var value) -> {
        ObjectNode schema = typed("object");
        schema.set("additionalProperties", of(value));
        yield schema;
      }
      case OpsShape.Fields fields when fields.name().isEmpty() -> object(fields);
      case OpsShape.Fields fields -> {
        if (!named.has(fields.name())) {
          named.set(fields.name(), object(fields));
        }
        yield JSON.createObjectNode().put("$ref", "#/components/schemas/" + fields.name());
      }
    };
  }

  private ObjectNode object(OpsShape.Fields fields) {
    ObjectNode schema = typed("object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JSON.createArrayNode();
    for (OpsPart part : fields.parts()) {
      properties.set(part.name(), of(part.shape()).put("description", part.meaning()));
      if (part.isAlways()) {
        required.add(part.name());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  private static ObjectNode plain(OpsShape.Plain plain) {
    return switch (plain) {
      case TEXT -> typed("string");
      case NUMBER -> typed("integer").put("format", "int64");
      case AMOUNT -> typed("number");
      case FLAG -> typed("boolean");
      case MOMENT -> typed("string").put("format", "date-time");
      case ANY -> JSON.createObjectNode();
    };
  }

  private static ObjectNode typed(String type) {
    return JSON.createObjectNode().put("type", type);
  }
}
