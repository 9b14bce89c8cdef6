package dev.berth.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cli.TestDesk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @TempDir private Path home;
  private TestDesk desk;

  @BeforeEach
  void setUp() {
    desk = new TestDesk(home);
  }

  @Test
  void an_unknown_command_is_misuse_with_one_sentence() {
    assertThat(desk.run("frobnicate")).isEqualTo(2);
    assertThat(desk.err().lines()).singleElement().asString().startsWith("berth: ");
    assertThat(desk.out()).isEmpty();
  }

  @Test
  void no_command_is_misuse() {
    assertThat(desk.run()).isEqualTo(2);
    assertThat(desk.err())
        .isEqualToIgnoringNewLines("berth: a command is missing; see `berth --help`");
  }

  @Test
  void a_group_without_a_command_names_its_commands() {
    assertThat(desk.run("tenant")).isEqualTo(2);
    assertThat(desk.err()).contains("tenant needs one of:").contains("create").contains("ls");
  }

  @Test
  void every_command_has_help() {
    for (String command : Commands.tree(desk.surroundings()).getSubcommands().keySet()) {
      assertThat(desk.run(command, "--help")).as(command).isZero();
      assertThat(desk.out()).as(command).contains("Usage:");
    }
  }

  @Test
  void help_on_the_configuration_lists_every_key() {
    assertThat(desk.run("help", "config")).isZero();
    assertThat(desk.out()).contains("manager.listen", "BERTH_MANAGER_LISTEN", "agent.labels");
  }

  @Test
  void a_failure_is_one_sentence_and_no_stack_trace() {
    assertThat(desk.run("status")).isEqualTo(1);
    assertThat(desk.err())
        .isEqualToIgnoringNewLines(
            "berth: no manager runs from %s and DOCKER_HOST names none: start one with `berth up`, or name one with --manager"
                .formatted(home.resolve(".berth")));
  }

  @Test
  void a_failure_shows_where_when_asked_to() {
    desk.with("BERTH_DEBUG", "1");
    assertThat(desk.run("status")).isEqualTo(1);
    assertThat(desk.err()).contains("CommandFailure").contains("\tat dev.berth.cli.");
  }

  @Test
  void a_wrong_configuration_is_said_before_anything_is_done() throws IOException {
    Path file = Files.writeString(home.resolve("b.yaml"), "lisen: x\n");
    assertThat(desk.run("up", "--config", file.toString())).isEqualTo(1);
    assertThat(desk.err()).startsWith("berth: " + file + ":1: unknown key \"lisen\"");
  }

  @Test
  void plain_tcp_beyond_loopback_is_refused_and_nothing_is_made() {
    assertThat(desk.run("up", "--listen", "tcp://0.0.0.0:2375")).isEqualTo(1);
    assertThat(desk.err()).contains("use tls://0.0.0.0:2375");
    assertThat(home.resolve(".berth")).doesNotExist();
  }

  @Test
  void an_engine_that_does_not_answer_is_named() {
    assertThat(desk.run("up", "--engine", home + "/no.sock")).isEqualTo(1);
    assertThat(desk.err())
        .isEqualToIgnoringNewLines(
            "berth: no Docker engine answers at %s/no.sock: start it, or name another with --engine"
                .formatted(home));
  }

  @Test
  void a_number_of_lab_hosts_that_makes_no_sense_is_misuse() {
    assertThat(desk.run("up", "--lab", "-1")).isEqualTo(2);
    assertThat(desk.run("up", "--lab", "many")).isEqualTo(2);
  }

  @Test
  void the_configuration_in_force_tells_where_each_value_was_set() {
    desk.with("BERTH_LOG_LEVEL", "debug");
    assertThat(desk.run("config", "--set", "agent.name=h1")).isZero();
    assertThat(desk.out())
        .containsPattern("log\\.level +debug +BERTH_LOG_LEVEL")
        .containsPattern("agent\\.name +h1 +the command line")
        .containsPattern("data +" + home + "/\\.berth +default");
  }

  @Test
  void the_configuration_in_force_is_printed_by_a_template_and_as_json() {
    String[] words = {"config", "--set", "agent.name=h1", "--format", ""};
    words[4] = "{{.key}} {{.value}} ({{.setBy}})";
    assertThat(desk.run(words)).as(desk.err()).isZero();
    assertThat(desk.out().lines()).contains("agent.name h1 (the command line)");

    words[4] = "json";
    assertThat(desk.run(words)).isZero();
    assertThat(desk.out()).contains("\"key\" : \"agent.name\"", "\"value\" : \"h1\"");

    assertThat(desk.run("config", "--describe", "plain", "--format", "json")).isEqualTo(2);
    assertThat(desk.err()).contains("leave --format out");
  }

  @Test
  void down_says_that_nothing_runs() {
    assertThat(desk.run("down")).isZero();
    assertThat(desk.out()).contains("Nothing runs from");
  }

  @Test
  void a_join_token_that_cannot_be_read_is_not_repeated() {
    assertThat(desk.run("agent", "--join", "very-secret")).isEqualTo(1);
    assertThat(desk.err()).contains("use TOKEN@HOST:PORT").doesNotContain("very-secret");
  }

  @Test
  void the_manager_to_join_is_an_address_that_can_be_connected_to() {
    assertThat(AgentCommand.parse("t-1@[::1]:2377").manager().isUnresolved()).isFalse();
    assertThat(AgentCommand.parse("t-1@127.0.0.1:2377").manager().isUnresolved()).isFalse();
  }
}
