package dev.berth.cli.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerConfigTest {
  private static final DockerConfig.Identity ANN = new DockerConfig.Identity("tok", "acme");
  private static final JsonMapper EXACT =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  @TempDir private Path dir;

  @Property(tries = 200, edgeCases = EdgeCasesMode.MIXIN)
  void logging_in_and_out_keeps_everything_else(@ForAll("configs") ObjectNode config) {
    try {
      Path directory = Files.createTempDirectory("docker-config-");
      Path file = directory.resolve("config.json");
      Files.write(file, EXACT.writeValueAsBytes(config));

      DockerConfig.read(directory).with(ANN).write();
      assertThat(DockerConfig.read(directory).identity()).hasValue(ANN);
      assertThat(withoutHeaders(EXACT.readTree(file.toFile()))).isEqualTo(withoutHeaders(config));

      DockerConfig.read(directory).without().write();
      assertThat(DockerConfig.read(directory).identity()).isEmpty();
      JsonNode after = EXACT.readTree(file.toFile());
      assertThat(withoutHeaders(after)).isEqualTo(withoutHeaders(config));
      assertThat(otherHeaders(after)).isEqualTo(otherHeaders(config));

      Files.delete(file);
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode withoutHeaders(JsonNode config) {
    return ((ObjectNode) config.deepCopy()).without("HttpHeaders");
  }

  private static ObjectNode otherHeaders(JsonNode config) {
    ObjectNode headers = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> header : config.path("HttpHeaders").properties()) {
      if (!header.getKey().toLowerCase(java.util.Locale.ROOT).startsWith("x-auth-t")) {
        headers.set(header.getKey(), header.getValue());
      }
    }
    return headers;
  }

  @Provide
  Arbitrary<ObjectNode> configs() {
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.of("auths", "credsStore", "HttpHeaders2", "currentContext", "plugins"),
            Arbitraries.strings().ofMaxLength(8));
    Arbitrary<String> headerNames =
        Arbitraries.of("X-Auth-Token", "x-auth-tenantid", "User-Agent", "X-Other", "x-Meta");
    Arbitrary<Map<String, String>> headers =
        Arbitraries.maps(headerNames, Arbitraries.strings().ofMaxLength(8)).ofMaxSize(4);
    return Arbitraries.maps(names.filter(name -> !name.equals("HttpHeaders")), values(3))
        .ofMaxSize(5)
        .flatMap(
            fields ->
                headers.map(
                    each -> {
                      ObjectNode config = JsonNodeFactory.instance.objectNode();
                      fields.forEach(config::set);
                      if (!each.isEmpty()) {
                        ObjectNode node = config.putObject("HttpHeaders");
                        each.forEach(node::put);
                      }
                      return config;
                    }));
  }

  private static Arbitrary<JsonNode> values(int depth) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    Arbitrary<JsonNode> leaves =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(10).map(json::textNode),
            Arbitraries.integers().map(number -> (JsonNode) json.numberNode(number)),
            Arbitraries.of("0.10", "1e400", "3.141592653589793238462643")
                .map(text -> (JsonNode) json.numberNode(new BigDecimal(text))),
            Arbitraries.of(true, false).map(json::booleanNode),
            Arbitraries.just((JsonNode) json.nullNode()));
    if (depth == 0) {
      return leaves;
    }
    return Arbitraries.oneOf(
        leaves,
        values(depth - 1)
            .list()
            .ofMaxSize(3)
            .map(items -> (JsonNode) json.arrayNode().addAll(items)),
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), values(depth - 1))
            .ofMaxSize(3)
            .map(
                fields -> {
                  ObjectNode node = json.objectNode();
                  fields.forEach(node::set);
                  return node;
                }));
  }

  @Test
  void the_file_is_its_owners_alone_and_no_other_is_left() throws IOException {
    Path directory = dir.resolve("new");
    DockerConfig.read(directory).with(ANN).write();

    Path file = directory.resolve("config.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void a_header_in_other_letters_is_replaced_and_not_doubled() throws IOException {
    Files.writeString(
        dir.resolve("config.json"), "{\"HttpHeaders\":{\"x-auth-token\":\"old\",\"Meta\":\"m\"}}");

    DockerConfig.read(dir).with(ANN).write();

    assertThat(Files.readString(dir.resolve("config.json")))
        .doesNotContain("old")
        .contains("\"Meta\" : \"m\"");
  }

  @Test
  void a_link_stays_a_link() throws IOException {
    Path real = Files.writeString(dir.resolve("real.json"), "{\"a\":1}");
    Path directory = Files.createDirectory(dir.resolve("docker"));
    Files.createSymbolicLink(directory.resolve("config.json"), real);

    DockerConfig.read(directory).with(ANN).write();

    assertThat(directory.resolve("config.json")).isSymbolicLink();
    assertThat(Files.readString(real)).contains("tok").contains("\"a\" : 1");
  }

  @Test
  void a_file_that_is_not_json_is_named_and_left_alone() throws IOException {
    for (String text : List.of("{\"a\":", "[]", "{} trailing")) {
      Path file = Files.writeString(dir.resolve("config.json"), text);

      assertThatThrownBy(() -> DockerConfig.read(dir))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("repair it or move it away");
      assertThat(Files.readString(file)).isEqualTo(text);
    }
  }

  @Test
  void an_identity_does_not_print_its_token() {
    assertThat(ANN).hasToString("Identity[tenant=acme]");
  }
}
