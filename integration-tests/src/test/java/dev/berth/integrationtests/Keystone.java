package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** A real Keystone of Debian's, with its database in a directory, on a port of loopback. */
final class Keystone implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String PASSWORD = "secret-of-tests";

  private final Path directory;
  private final int port;
  private final TlsFront front;
  private Process process;
  private String admin = "";

  private Keystone(Path directory, int port) throws IOException {
    this.directory = directory;
    this.port = port;
    this.front = TlsFront.start(directory.resolve("authority"), port);
  }

  static Keystone start(Path directory) throws IOException {
    Keystone keystone;
    // Its port is held for it meanwhile: what comes before its start takes tens of seconds.
    try (ServerSocket held = new ServerSocket(0)) {
      keystone = new Keystone(directory, held.getLocalPort());
      keystone.prepare();
    }
    keystone.start();
    keystone.admin = keystone.token("admin", PASSWORD, "admin");
    return keystone;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The same over TLS. */
  TlsFront overTls() {
    return front;
  }

  private void prepare() throws IOException {
    for (String keys : List.of("fernet", "credential")) {
      Files.createDirectory(
          directory.resolve(keys),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Files.writeString(
        directory.resolve("keystone.conf"),
        """
        [DEFAULT]
        log_file = %1$s/keystone.log
        [database]
        connection = sqlite:///%1$s/keystone.db
        [token]
        provider = fernet
        expiration = 3600
        allow_expired_window = 0
        [fernet_tokens]
        key_repository = %1$s/fernet
        [credential]
        key_repository = %1$s/credential
        [identity]
        password_hash_rounds = 4
        [cache]
        enabled = false
        """
            .formatted(directory));
    Files.writeString(
        directory.resolve("uwsgi.ini"),
        """
        [uwsgi]
        http-socket = 127.0.0.1:%2$d
        plugins-dir = /usr/lib/uwsgi/plugins
        plugin = python3
        wsgi-file = /usr/bin/keystone-wsgi-public
        processes = 1
        threads = 1
        master = true
        die-on-term = true
        need-app = true
        enable-threads = true
        buffer-size = 65535
        lazy-apps = true
        env = OS_KEYSTONE_CONFIG_FILES=%1$s/keystone.conf
        """
            .formatted(directory, port));
    manage("db_sync");
    Command.of(
            "/usr/bin/python3",
            "-c",
            "import sqlite3;sqlite3.connect('%s/keystone.db').execute('PRAGMA journal_mode=WAL')"
                .formatted(directory))
        .run()
        .ok();
    manage("fernet_setup", "--keystone-user", "root", "--keystone-group", "root");
    manage("credential_setup", "--keystone-user", "root", "--keystone-group", "root");
    manage(
        "bootstrap",
        "--bootstrap-password",
        PASSWORD,
        "--bootstrap-region-id",
        "one",
        "--bootstrap-public-url",
        url() + "/v3/");
  }

  private void manage(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "keystone-manage";
    all[1] = "--config-file";
    all[2] = directory.resolve("keystone.conf").toString();
    System.arraycopy(words, 0, all, 3, words.length);
    Command.of(all).within(Duration.ofMinutes(2)).run().ok();
  }

  void start() throws IOException {
    process =
        new ProcessBuilder("uwsgi", "--ini", directory.resolve("uwsgi.ini").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("uwsgi.log").toFile())
            .start();
    Eventually.get(Duration.ofSeconds(60), this::isUp, up -> up);
  }

  private boolean isUp() {
    try {
      return send("GET", "/v3", "", "").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  void stop() {
    process.destroy();
    Eventually.get(Duration.ofSeconds(30), process::isAlive, alive -> !alive);
  }

  private HttpResponse<String> send(String method, String path, String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url().resolve(path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Content-Type", "application/json");
    if (!token.isEmpty()) {
      request.header("X-Auth-Token", token);
    }
    return send(request.build());
  }

  /**
   * On a connection of its own: uwsgi ends each without saying so, and a POST is not sent twice.
   */
  private static HttpResponse<String> send(HttpRequest request) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks as the administrator. */
  JsonNode ask(String method, String path, String body) {
    HttpResponse<String> answer = send(method, path, admin, body.replace('\'', '"'));
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    try {
      return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a project; returns its id. */
  String project(String name) {
    return ask("POST", "/v3/projects", "{'project':{'name':'%s'}}".formatted(name))
        .at("/project/id")
        .asText();
  }

  /** Makes a user whose password is its name; returns its id. */
  String user(String name) {
    return ask(
            "POST",
            "/v3/users",
            "{'user':{'name':'%1$s','password':'%1$s','domain_id':'default'}}".formatted(name))
        .at("/user/id")
        .asText();
  }

  /** Makes a role that Keystone does not have from the start. */
  void makeRole(String name) {
    ask("POST", "/v3/roles", "{'role':{'name':'%s'}}".formatted(name));
  }

  void grant(String project, String user, String role) {
    String id = ask("GET", "/v3/roles?name=" + role, "").at("/roles/0/id").asText();
    ask("PUT", "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, id), "");
  }

  void withdraw(String project, String user, String role) {
    String id = ask("GET", "/v3/roles?name=" + role, "").at("/roles/0/id").asText();
    ask("DELETE", "/v3/projects/%s/users/%s/roles/%s".formatted(project, user, id), "");
  }

  /** A token in a project of that name; without a scope when the name is empty. */
  String token(String user, String password, String project) {
    ObjectNode auth = JSON.createObjectNode();
    ObjectNode identity = auth.putObject("auth").putObject("identity");
    identity.putArray("methods").add("password");
    ObjectNode named = identity.putObject("password").putObject("user");
    named.put("name", user).put("password", password).putObject("domain").put("id", "default");
    if (!project.isEmpty()) {
      ((ObjectNode) auth.path("auth"))
          .putObject("scope")
          .putObject("project")
          .put("name", project)
          .putObject("domain")
          .put("id", "default");
    }
    HttpResponse<String> answer = send("POST", "/v3/auth/tokens", "", auth.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return answer.headers().firstValue("X-Subject-Token").orElseThrow();
  }

  /** Makes an application credential for a token's user and project; returns its id. */
  String applicationCredential(String user, String token, String name, String secret) {
    HttpResponse<String> answer =
        send(
            "POST",
            "/v3/users/" + user + "/application_credentials",
            token,
            "{\"application_credential\":{\"name\":\"%s\",\"secret\":\"%s\"}}"
                .formatted(name, secret));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    try {
      return JSON.readTree(answer.body()).at("/application_credential/id").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void revoke(String token) {
    HttpRequest request =
        HttpRequest.newBuilder(url().resolve("/v3/auth/tokens"))
            .header("X-Auth-Token", admin)
            .header("X-Subject-Token", token)
            .DELETE()
            .build();
    assertThat(send(request).statusCode()).isEqualTo(204);
  }

  @Override
  public void close() {
    front.close();
    stop();
  }
}
