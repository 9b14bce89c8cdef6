package dev.berth.manager.ops;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.Role;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Function;

/** How answers are written: ids, roles and times as strings. */
final class OpsJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule("berth")
                  .addSerializer(TenantId.class, asText(TenantId::value))
                  .addSerializer(HostId.class, asText(HostId::value))
                  .addSerializer(Role.class, asText(Role::text))
                  .addSerializer(IdentitySource.class, asText(IdentitySource::text))
                  .addSerializer(Instant.class, asText(Instant::toString))
                  .addKeySerializer(TenantId.class, asName(TenantId::value)))
          .build();

  private OpsJson() {}

  static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  static byte[] bytes(JsonNode node) throws IOException {
    return MAPPER.writeValueAsBytes(node);
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  private static <T> JsonSerializer<T> asText(Function<T, String> text) {
    return new JsonSerializer<>() {
      @Override
      public void serialize(T value, JsonGenerator out, SerializerProvider provider)
          throws IOException {
        out.writeString(text.apply(value));
      }
    };
  }

  private static <T> JsonSerializer<T> asName(Function<T, String> text) {
    return new JsonSerializer<>() {
      @Override
      public void serialize(T value, JsonGenerator out, SerializerProvider provider)
          throws IOException {
        out.writeFieldName(text.apply(value));
      }
    };
  }
}
