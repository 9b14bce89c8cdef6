package dev.berth.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class GuardTest {

  @Test
  void what_containers_may_not_reach_is_rejected_on_the_way_and_at_the_host() {
    String rules =
        Guard.rules(
            new TreeSet<>(List.of(new Address("10.0.0.9", 2181), new Address("10.0.0.1", 2377))),
            2378);

    assertThat(rules.lines())
        .containsExactly(
            "*filter",
            ":BERTH-FORWARD - [0:0]",
            ":BERTH-INPUT - [0:0]",
            "-A BERTH-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN",
            "-A BERTH-INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN",
            "-A BERTH-FORWARD -d 169.254.0.0/16 -j REJECT",
            "-A BERTH-INPUT -d 169.254.0.0/16 -j REJECT",
            "-A BERTH-INPUT -p tcp --dport 2378 -j REJECT",
            "-A BERTH-FORWARD -d 10.0.0.1/32 -p tcp --dport 2377 -j REJECT",
            "-A BERTH-INPUT -d 10.0.0.1/32 -p tcp --dport 2377 -j REJECT",
            "-A BERTH-FORWARD -d 10.0.0.9/32 -p tcp --dport 2181 -j REJECT",
            "-A BERTH-INPUT -d 10.0.0.9/32 -p tcp --dport 2181 -j REJECT",
            "COMMIT");
  }

  /** A host without rules, whose tools do as they are told. */
  private final List<String> asked = new ArrayList<>();

  private void run(String input, String... words) throws IOException {
    asked.add(String.join(" ", words) + (input.isEmpty() ? "" : " <"));
    if (List.of(words).contains("-C")) {
      throw new IOException("there is no such rule");
    }
  }

  @Test
  void the_rules_stay_when_the_agent_ends_and_are_taken_away_when_that_is_asked_for() {
    try (Guard guard = new Guard(this::run, List::of, 2378)) {
      guard.start();
    }

    assertThat(asked)
        .contains(
            "iptables --wait 5 -I INPUT -i br-+ -j BERTH-INPUT",
            "iptables --wait 5 -I DOCKER-USER -j BERTH-FORWARD")
        .noneMatch(line -> line.matches(".* -[DFX] .*"));

    asked.clear();
    Guard.undo(this::run);

    assertThat(asked)
        .containsExactly(
            "iptables --wait 5 -D INPUT -i br-+ -j BERTH-INPUT",
            "iptables --wait 5 -D DOCKER-USER -j BERTH-FORWARD",
            "iptables --wait 5 -F BERTH-INPUT",
            "iptables --wait 5 -F BERTH-FORWARD",
            "iptables --wait 5 -X BERTH-INPUT",
            "iptables --wait 5 -X BERTH-FORWARD");
  }

  @Test
  void the_servers_of_an_ensemble_are_each_an_address() {
    assertThat(Address.servers("10.0.0.1:2181,10.0.0.2:2182/berth/one"))
        .containsExactly(new Address("10.0.0.1", 2181), new Address("10.0.0.2", 2182));
    assertThat(Address.servers("no.such.host.invalid:2181")).isEmpty();
  }
}
