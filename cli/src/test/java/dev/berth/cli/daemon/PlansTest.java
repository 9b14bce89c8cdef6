package dev.berth.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cli.CommandFailure;
import dev.berth.common.config.Config;
import dev.berth.common.config.ConfigException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlansTest {
  private static final Path DATA = Path.of("/nowhere");

  private static Plans nameless(String... settings) {
    return new Plans(config(settings), Optional::empty);
  }

  private static Config config(String... settings) {
    Map<String, List<String>> given = new HashMap<>();
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      given.put(parts[0], List.of(parts[1]));
    }
    return Config.load(Optional.empty(), Map.of(), given);
  }

  @Test
  void a_manager_on_all_addresses_of_a_machine_whose_name_does_not_resolve_needs_its_advertise() {
    assertThatThrownBy(() -> nameless("manager.cluster=0.0.0.0:2377").manager(DATA))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "this machine's own name does not resolve: set manager.advertise, or add the name to"
                + " /etc/hosts");
    assertThat(
            nameless("manager.cluster=0.0.0.0:2377", "manager.advertise=m.example")
                .manager(DATA)
                .advertise())
        .isEqualTo("m.example");
    assertThat(nameless().manager(DATA).advertise()).isEqualTo("127.0.0.1");
  }

  @Test
  void an_agent_of_a_machine_whose_name_does_not_resolve_is_told_each_setting_that_it_lacks() {
    assertThatThrownBy(() -> nameless().agent(DATA, Optional.empty(), "0.0.0.0"))
        .hasMessageContaining("set agent.name,");
    assertThatThrownBy(() -> nameless("agent.name=h1").agent(DATA, Optional.empty(), "0.0.0.0"))
        .hasMessageContaining("set agent.advertise,");
    assertThat(nameless("agent.name=h1").agent(DATA, Optional.empty(), "127.0.0.1").advertise())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void a_machines_name_is_written_as_host_names_are() {
    Plans plans = new Plans(config(), () -> Optional.of("Desk"));

    assertThat(plans.agent(DATA, Optional.empty(), "0.0.0.0").name()).isEqualTo("desk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"manager.cluster", "zookeeper.listen"})
  void an_address_of_no_known_host_is_told_with_its_setting(String setting) {
    assertThatThrownBy(() -> nameless(setting + "=nowhere.invalid:2377").manager(DATA))
        .hasMessage(
            "cannot listen on nowhere.invalid: its host name is not known; set %s to an address of"
                + " this machine",
            setting);
  }

  @ParameterizedTest
  @CsvSource({
    "BERTH_PLACEMENT_OVERCOMMIT, gpu=5, invalid overcommit of gpu",
    "BERTH_PLACEMENT_RESERVE, pids=5, a host keeps cpus and memory for itself",
    "BERTH_QUOTA_USUAL, ram=4g, there is no quota of ram",
    "BERTH_FLAVOR_LIST, small=1, invalid flavor small=1",
    "BERTH_FLAVOR_USUAL, huge, there is no flavor huge",
  })
  void what_is_wrong_with_placement_is_told_with_the_place_where_it_was_set(
      String variable, String value, String message) {
    Config wrong = Config.load(Optional.empty(), Map.of(variable, value), Map.of());
    assertThatThrownBy(() -> new Plans(wrong, Optional::empty).manager(DATA))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(variable + ": " + message);
  }
}
