package dev.berth.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.doctor.Neighbourhood;
import dev.berth.cli.TestDesk;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorOptionsTest {
  @TempDir private Path home;
  private TestDesk desk;
  private Path packaged;

  @BeforeEach
  void setUp() throws Exception {
    desk = new TestDesk(home);
    packaged =
        Files.writeString(home.resolve("agent.yaml"), "data: %s\n".formatted(home.resolve("deb")));
    join(home.resolve("deb"), "packaged.example.org");
  }

  /** What an agent keeps that has joined, of a cluster whose ZooKeeper is away. */
  private void join(Path data, String manager) throws Exception {
    Path agent = Files.createDirectories(data.resolve("agent"));
    Authority.open(home.resolve("authority"), "test")
        .issueHere(new Peer(PeerRole.AGENT, "h1"), List.of(), Duration.ofHours(1))
        .save(agent.resolve("credentials"));
    Files.writeString(agent.resolve("zookeeper"), "127.0.0.1:1\n");
    Files.writeString(agent.resolve("manager"), manager + ":2377\n");
  }

  private Neighbourhood known() {
    return DoctorOptions.known(desk.surroundings(), new ConfigOptions(), packaged);
  }

  @Test
  void an_agent_that_came_as_a_package_is_found_where_the_package_has_it() {
    assertThat(known().manager())
        .contains(InetSocketAddress.createUnresolved("packaged.example.org", 2377));
  }

  @Test
  void an_agent_in_the_usual_place_comes_first() throws Exception {
    join(home.resolve(".berth"), "usual.example.org");

    assertThat(known().manager())
        .contains(InetSocketAddress.createUnresolved("usual.example.org", 2377));
  }

  @Test
  void who_says_where_the_data_are_is_not_sent_elsewhere() {
    desk.with("BERTH_DATA", home.resolve("empty").toString());

    assertThat(known()).isEqualTo(Neighbourhood.NONE);
  }

  @Test
  void a_machine_whose_manager_is_not_known_is_told_that_none_was_looked_for() {
    desk.with("BERTH_DATA", home.resolve("empty").toString());

    int alone = desk.run("host", "doctor", "--engine", home.resolve("none.sock").toString());

    assertThat(desk.out()).contains("ok       cluster: no manager was looked for");
    assertThat(
            desk.run(
                "host",
                "doctor",
                "--engine",
                home.resolve("none.sock").toString(),
                "--manager",
                "127.0.0.1:1"))
        .isGreaterThanOrEqualTo(alone);
    assertThat(desk.out()).doesNotContain("no manager was looked for");
  }

  @Test
  void findings_are_printed_by_a_template_with_the_exit_code_of_the_worst() {
    desk.with("BERTH_DATA", home.resolve("empty").toString());
    String engine = home.resolve("none.sock").toString();
    int worst = desk.run("host", "doctor", "--engine", engine);

    int code =
        desk.run("host", "doctor", "--engine", engine, "--format", "{{upper .verdict}} {{.check}}");

    assertThat(code).as(desk.err()).isEqualTo(worst);
    assertThat(desk.out().lines()).contains("OK cluster");
    var _ = desk.run("host", "doctor", "--engine", engine, "--format", "json");
    assertThat(desk.out()).contains("\"worst\" : ", "\"check\" : \"cluster\"");
  }
}
