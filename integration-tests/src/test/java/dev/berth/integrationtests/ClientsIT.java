package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients other than the docker CLI, unchanged, and each as people use it. */
final class ClientsIT {
  private static final Duration LONG = Duration.ofMinutes(4);

  @TempDir private Path directory;

  private Docker docker;
  private Docker tls;

  @BeforeEach
  void tenants() {
    docker = Fleet.shared().tenant("clients-it");
    tls = Fleet.shared().tenantOverTls("clients-it");
  }

  @AfterEach
  void cleanUp() {
    for (Docker tenant : List.of(docker, Fleet.shared().tenant("clients-other"))) {
      String ids = tenant.ok("ps", "-aq");
      if (!ids.isEmpty()) {
        tenant.remove(ids.split("\n"));
      }
      tenant.run("network", "prune", "-f").ok();
      tenant.run("volume", "prune", "-f").ok();
    }
  }

  /** What a client has that knows certificates, and no headers. */
  private Map<String, String> certificateOnly() {
    Map<String, String> env = new HashMap<>(tls.env());
    env.put("DOCKER_CONFIG", directory.toString());
    return env;
  }

  @Test
  void a_client_certificate_alone_says_who_and_in_which_tenant() {
    docker.ok("create", "--name", "mine", "busybox");
    Docker certified = new Docker(certificateOnly());
    assertThat(certified.ok("ps", "-a", "--format", "{{.Names}}")).isEqualTo("mine");
    Map<String, String> other = new HashMap<>(Fleet.shared().tenantOverTls("clients-other").env());
    other.put("DOCKER_CONFIG", directory.toString());
    assertThat(new Docker(other).ok("ps", "-a", "--format", "{{.Names}}")).isEmpty();
  }

  @Test
  void without_token_and_certificate_nobody_is_let_in() throws IOException {
    Map<String, String> env = certificateOnly();
    Path bare = Files.createDirectories(directory.resolve("bare"));
    Files.copy(Path.of(env.get("DOCKER_CERT_PATH"), "ca.pem"), bare.resolve("ca.pem"));
    env.put("DOCKER_CERT_PATH", bare.toString());
    assertThat(new Docker(env).run("ps").exits(1).err()).contains("show a user's certificate");
  }

  @Test
  void testcontainers_works_with_a_client_certificate() {
    Map<String, String> env = certificateOnly();
    env.put("TESTCONTAINERS_RYUK_DISABLED", "true");
    env.put("TESTCONTAINERS_CHECKS_DISABLE", "true");
    env.put("HOME", directory.toString());
    Outcome outcome =
        Command.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + directory,
                "-Dapi.version=1.41",
                "-cp",
                System.getProperty("java.class.path"),
                TestcontainersProgram.class.getName())
            .env(env)
            .within(LONG)
            .run();
    assertThat(outcome.out() + outcome.err())
        .contains(
            "done: mapped port",
            "done: network",
            "done: copied before the start, and the log waited for",
            "done: exec",
            "done: copied from",
            "done: a socket through the mapped port",
            "done: logs",
            "done: all");
    outcome.ok();
    assertThat(docker.ok("ps", "-aq")).as("what it left behind").isEmpty();
  }

  private static final String COMPOSE =
      """
      version: "3.7"
      services:
        db:
          image: busybox
          command: sh -c "echo 'echo stored' > /say; echo database is up; nc -ll -p 5432 -e sh /say"
          volumes:
            - data:/data
          networks: [back]
        api:
          image: busybox
          command: sh -c "nc -w 5 db 5432 </dev/null > /shared/answer; httpd -f -p 80 -h /shared"
          depends_on: [db]
          environment:
            MODE: test
          volumes:
            - shared:/shared
          networks: [back, front]
          ports: ["80"]
        worker:
          image: busybox
          command: sleep 600
          networks: [front]
          labels:
            role: worker
      networks:
        front:
        back:
      volumes:
        data:
        shared:
      """;

  private Outcome compose(Map<String, String> env, String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "docker-compose";
    all[1] = "--ansi=never";
    all[2] = "--project-directory=" + directory;
    System.arraycopy(words, 0, all, 3, words.length);
    return Command.of(all)
        .env(env)
        .env(Map.of("COMPOSE_FILE", directory.resolve("docker-compose.yml").toString()))
        .env(Map.of("COMPOSE_PROJECT_NAME", "shop"))
        .within(LONG)
        .run();
  }

  @Test
  void compose_brings_up_scales_and_takes_down_three_services() throws Exception {
    Files.writeString(directory.resolve("docker-compose.yml"), COMPOSE);
    Map<String, String> env = docker.env();
    compose(env, "up", "-d").ok();
    assertThat(docker.run("ps", "--format", "{{.Names}}").ok().lines())
        .containsExactlyInAnyOrder("shop_db_1", "shop_api_1", "shop_worker_1");
    assertThat(compose(env, "ps").ok().out()).contains("shop_api_1").contains("Up");

    String port = compose(env, "port", "api", "80").ok().text();
    URI endpoint = URI.create(env.get("DOCKER_HOST"));
    String url =
        "http://%s:%s/answer"
            .formatted(endpoint.getHost(), port.substring(port.lastIndexOf(':') + 1));
    Eventually.get(() -> Http.get(url), "stored\n"::equals);

    compose(env, "up", "-d", "--scale", "worker=3").ok();
    assertThat(docker.run("ps", "-q", "-f", "label=role=worker").ok().lines()).hasSize(3);
    assertThat(compose(env, "logs", "db").ok().out()).contains("database is up");
    assertThat(compose(env, "exec", "-T", "api", "sh", "-c", "echo $MODE").ok().text()).isEqualTo("test");
    assertThat(compose(env, "exec", "-T", "worker", "nslookup", "api").ok().out())
        .contains("Address");
    assertThat(compose(env, "run", "--rm", "worker", "echo", "once").ok().out()).contains("once");
    compose(env, "restart", "-t", "0", "worker").ok();
    compose(env, "stop", "-t", "0").ok();
    compose(env, "start").ok();
    compose(env, "down", "-v", "-t", "0").ok();
    assertThat(docker.ok("ps", "-aq")).isEmpty();
    assertThat(docker.ok("network", "ls", "-q", "-f", "type=custom")).isEmpty();
    assertThat(docker.ok("volume", "ls", "-q")).isEmpty();
  }

  @Test
  void the_same_compose_project_runs_in_two_tenants_side_by_side() throws Exception {
    Files.writeString(directory.resolve("docker-compose.yml"), COMPOSE);
    Docker other = Fleet.shared().tenant("clients-other");
    compose(docker.env(), "up", "-d").ok();
    compose(other.env(), "up", "-d").ok();
    compose(docker.env(), "down", "-v", "-t", "0").ok();
    assertThat(docker.ok("ps", "-aq")).isEmpty();
    assertThat(other.run("ps", "--format", "{{.Names}}").ok().lines())
        .containsExactlyInAnyOrder("shop_worker_1", "shop_api_1", "shop_db_1");
    compose(other.env(), "down", "-v", "-t", "0").ok();
    assertThat(other.ok("ps", "-aq")).isEmpty();
  }
}
