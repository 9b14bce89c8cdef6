package dev.berth.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  @TempDir private Path dir;

  @Test
  void without_any_source_the_fallbacks_hold() {
    Config config = Config.load(Optional.empty(), Map.of(), Map.of());

    assertThat(config.get(Settings.MANAGER_LISTEN)).containsExactly("tcp://127.0.0.1:2375");
    assertThat(config.find(Settings.AGENT_NAME)).isEmpty();
    assertThat(config.origin(Settings.MANAGER_LISTEN)).isEqualTo("default");
  }

  @Test
  void the_command_line_is_before_variables_and_they_are_before_the_file() throws IOException {
    Path file =
        file(
            """
            data: /from-file
            agent:
              name: from-file
            log: {level: debug}
            """);

    Config config =
        Config.load(
            Optional.of(file),
            Map.of("BERTH_AGENT_NAME", "from-variable", "BERTH_DATA", "/from-variable"),
            Map.of("data", List.of("/from-command")));

    assertThat(config.get(Settings.DATA)).hasToString("/from-command");
    assertThat(config.get(Settings.AGENT_NAME)).isEqualTo("from-variable");
    assertThat(config.get(Settings.LOG_LEVEL)).isEqualTo("debug");
    assertThat(config.origin(Settings.LOG_LEVEL)).isEqualTo(file + ":4");
    assertThat(config.origin(Settings.AGENT_NAME)).isEqualTo("BERTH_AGENT_NAME");
  }

  @Test
  void an_empty_variable_counts_as_none() {
    Config config = Config.load(Optional.empty(), Map.of("BERTH_LOG_LEVEL", ""), Map.of());

    assertThat(config.get(Settings.LOG_LEVEL)).isEqualTo("info");
  }

  @Test
  void a_variable_that_is_no_setting_is_left_alone() {
    Config config =
        Config.load(Optional.empty(), Map.of("BERTH_PORT", "tcp://10.0.0.1:80"), Map.of());

    assertThat(config.get(Settings.LOG_LEVEL)).isEqualTo("info");
  }

  @Test
  void lists_and_pairs_are_written_as_yaml_or_with_commas() throws IOException {
    Path file =
        file(
            """
            manager:
              listen:
                - tcp://127.0.0.1:2375
                - tls://0.0.0.0:2376
            agent:
              labels:
                zone: a
                no: 010
            """);

    Config config = Config.load(Optional.of(file), Map.of(), Map.of());
    Config same =
        Config.load(
            Optional.empty(),
            Map.of(
                "BERTH_MANAGER_LISTEN", "tcp://127.0.0.1:2375, tls://0.0.0.0:2376",
                "BERTH_AGENT_LABELS", "zone=a,no=010"),
            Map.of());

    assertThat(config.get(Settings.MANAGER_LISTEN))
        .isEqualTo(same.get(Settings.MANAGER_LISTEN))
        .containsExactly("tcp://127.0.0.1:2375", "tls://0.0.0.0:2376");
    assertThat(config.get(Settings.AGENT_LABELS))
        .isEqualTo(same.get(Settings.AGENT_LABELS))
        .isEqualTo(Map.of("zone", "a", "no", "010"));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:2377, 127.0.0.1, 2377",
    "berth.example.org:0, berth.example.org, 0",
    "[2001:db8::1]:2377, 2001:db8::1, 2377"
  })
  void an_address_is_a_host_and_a_port(String text, String host, int port) {
    Config config =
        Config.load(Optional.empty(), Map.of(), Map.of("manager.cluster", List.of(text)));

    assertThat(config.get(Settings.MANAGER_CLUSTER))
        .isEqualTo(InetSocketAddress.createUnresolved(host, port));
  }

  @Test
  void an_unknown_key_is_an_error_that_names_the_nearest() throws IOException {
    Path file = file("manager:\n  cluster: 127.0.0.1:1\n  lisen: tcp://127.0.0.1:1\n");

    assertThatThrownBy(() -> Config.load(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + ":3: unknown key \"manager.lisen\": did you mean \"manager.listen\"?");
  }

  @Test
  void an_unknown_key_on_the_command_line_is_an_error_too() {
    assertThatThrownBy(
            () -> Config.load(Optional.empty(), Map.of(), Map.of("log.levle", List.of("info"))))
        .hasMessage("unknown key \"log.levle\" on the command line: did you mean \"log.level\"?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "manager.cluster|127.0.0.1|use HOST:PORT",
        "manager.cluster|2001:db8::1:80|use HOST:PORT",
        "manager.cluster|host:99999|use HOST:PORT",
        "manager.cluster|host:port|use HOST:PORT",
        "log.level|loud|use one of error, warn, info, debug",
        "agent.labels|zone|use NAME=VALUE, with commas between",
        "agent.name|' '|use text that is not empty"
      })
  void a_value_of_the_wrong_type_is_an_error_that_says_what_to_write(
      String key, String value, String advice) {
    assertThatThrownBy(() -> Config.load(Optional.empty(), Map.of(), Map.of(key, List.of(value))))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "the command line: invalid value \"%s\" of \"%s\": %s".formatted(value, key, advice));
  }

  @Test
  void a_wrong_value_in_a_variable_names_the_variable() {
    assertThatThrownBy(
            () -> Config.load(Optional.empty(), Map.of("BERTH_LOG_LEVEL", "loud"), Map.of()))
        .hasMessageStartingWith("BERTH_LOG_LEVEL: invalid value \"loud\"");
  }

  @Test
  void a_wrong_value_in_a_file_names_the_line() throws IOException {
    Path list = file("log:\n  level: [info]\n");
    assertThatThrownBy(() -> Config.load(Optional.of(list), Map.of(), Map.of()))
        .hasMessageStartingWith(list + ":2: invalid value of \"log.level\"");

    Path scalar = file("log: info\n");
    assertThatThrownBy(() -> Config.load(Optional.of(scalar), Map.of(), Map.of()))
        .hasMessage(scalar + ":1: \"log\" holds keys, not a value: write KEY: VALUE below it");
  }

  @Test
  void a_key_that_is_set_twice_is_an_error() throws IOException {
    Path file = file("data: /a\ndata: /b\n");

    assertThatThrownBy(() -> Config.load(Optional.of(file), Map.of(), Map.of()))
        .hasMessage(file + ":2: \"data\" is set a second time: keep one");
  }

  @Test
  void what_is_no_yaml_is_an_error_with_its_line() throws IOException {
    Path file = file("data: /a\n  log: [\n");

    assertThatThrownBy(() -> Config.load(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + ":2: this is not YAML");
  }

  @Test
  void an_empty_file_and_empty_keys_set_nothing() throws IOException {
    Config config = Config.load(Optional.of(file("# nothing\nlog:\ndata:\n")), Map.of(), Map.of());

    assertThat(config.get(Settings.LOG_LEVEL)).isEqualTo("info");
    assertThat(config.find(Settings.DATA)).isEmpty();
  }

  @Test
  void a_reader_that_refuses_a_value_is_reported_with_its_origin() {
    Config config =
        Config.load(Optional.empty(), Map.of("BERTH_MANAGER_LISTEN", "nowhere"), Map.of());

    assertThatThrownBy(
            () ->
                config.read(
                    Settings.MANAGER_LISTEN,
                    value -> {
                      throw new IllegalArgumentException("not an address");
                    }))
        .isInstanceOf(ConfigException.class)
        .hasMessage("BERTH_MANAGER_LISTEN: not an address");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("berth.yaml"), text);
  }
}
