package dev.berth.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.cli.TestDesk;
import dev.berth.cli.TestManager;
import dev.berth.cli.daemon.DataDirectory;
import dev.berth.cli.daemon.TestRuns;
import dev.berth.cli.docker.DockerConfig;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvCommandTest {
  @TempDir private Path home;
  private TestManager manager;
  private TestDesk desk;
  private Path data;

  @BeforeEach
  void start() throws IOException {
    manager = new TestManager();
    data = home.resolve("it's here");
    DataDirectory directory = new DataDirectory(data);
    directory.create();
    Files.writeString(data.resolve("admin-token"), "operator\n");
    Files.writeString(data.resolve("cluster-ca.pem"), "PEM");
    directory.write(
        TestRuns.ofThisProcess(data, manager.uri(), data.resolve("cluster-ca.pem").toString()));
    desk = new TestDesk(home).with("BERTH_DATA", data.toString());
    manager.answers("POST /berth/v1/tokens", 201, "{\"token\":\"tok\"}");
  }

  @AfterEach
  void stop() throws IOException {
    manager.close();
  }

  @Test
  void a_shell_that_evaluates_it_has_the_endpoint_and_the_token() throws Exception {
    assertThat(desk.run("env", "--tenant", "acme")).isZero();

    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                "eval \"$0\"; printf '%s|%s|%s|%s' \"$DOCKER_HOST\" \"$DOCKER_CONFIG\" \"$DOCKER_CONTEXT\" \"$DOCKER_TLS_VERIFY\"",
                desk.out())
            .start();
    String seen =
        new String(shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    Path config = data.resolve("env/acme");
    assertThat(seen).isEqualTo(manager.uri() + "|" + config + "||");
    assertThat(DockerConfig.read(config).identity())
        .hasValue(new DockerConfig.Identity("tok", "acme"));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(config.resolve("config.json"))))
        .isEqualTo("rw-------");
    assertThat(desk.out()).doesNotContain("tok\n");
    assertThat(manager.asked().getLast().headers().first("X-Auth-Token")).hasValue("operator");
    assertThat(manager.asked().getLast().body().path("tenant").asText()).isEqualTo("acme");
  }

  @Test
  void registry_logins_go_along_and_the_chosen_context_does_not() throws IOException {
    Path own = home.resolve(".docker");
    Files.createDirectories(own.resolve("cli-plugins"));
    Files.writeString(
        own.resolve("config.json"), "{\"auths\":{\"r\":{}},\"currentContext\":\"other\"}");

    assertThat(desk.run("env")).isZero();

    assertThat(Files.readString(data.resolve("env/default/config.json")))
        .contains("\"auths\"")
        .contains(own.resolve("cli-plugins").toString())
        .doesNotContain("currentContext");
    assertThat(Files.readString(own.resolve("config.json"))).doesNotContain("tok");
  }

  @Test
  void over_tls_the_authority_and_a_certificate_are_beside_the_token() throws Exception {
    Path ca = home.resolve("ca");
    Authority users = Authority.open(ca, "test users", Authority.Purpose.USERS);
    Files.copy(
        ca.resolve("ca.pem"), data.resolve("cluster-ca.pem"), StandardCopyOption.REPLACE_EXISTING);
    String chain =
        users.issue(
            Credentials.request().csr(),
            new Peer(PeerRole.USER, "somebody"),
            List.of(),
            Duration.ofHours(1));
    manager.answers(
        "POST /berth/v1/certificates",
        201,
        JsonNodeFactory.instance.objectNode().put("certificate", chain).toString());

    assertThat(desk.run("env", "--tls")).isZero();

    assertThat(desk.out())
        .contains("export DOCKER_TLS_VERIFY='1'", "export DOCKER_HOST='tcp://127.0.0.1:2376'");
    Path certificates = data.resolve("env/default-tls");
    assertThat(Files.readString(certificates.resolve("ca.pem")).strip())
        .isEqualTo(Files.readString(ca.resolve("ca.pem")).strip());
    assertThat(Files.readString(certificates.resolve("cert.pem"))).contains("BEGIN CERTIFICATE");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(certificates.resolve("key.pem"))))
        .isEqualTo("rw-------");
    assertThat(manager.asked().getLast().body().path("csr").asText())
        .contains("BEGIN CERTIFICATE REQUEST");
  }

  @Test
  void without_a_running_manager_nothing_is_printed_to_evaluate() {
    new DataDirectory(data).forgetRun();

    assertThat(desk.run("env")).isEqualTo(1);
    assertThat(desk.out()).isEmpty();
    assertThat(desk.err()).contains("start one with `berth up`");
  }
}
