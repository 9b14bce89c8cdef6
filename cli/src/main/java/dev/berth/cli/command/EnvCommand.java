package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.daemon.DataDirectory;
import dev.berth.cli.daemon.Run;
import dev.berth.cli.docker.DockerConfig;
import dev.berth.cli.docker.DockerConfig.Identity;
import dev.berth.cli.docker.ShellExports;
import dev.berth.common.id.TenantId;
import dev.berth.common.tls.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "env",
    description = {
      "Print the variables that make `docker` in this shell act as a tenant:",
      "",
      "  eval \"$(berth env --tenant acme)\"",
      "",
      "The token is in a config.json of its own; your registry logins and plug-ins go along."
    })
final class EnvCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private ClientOptions options;

  @Option(
      names = "--tenant",
      defaultValue = "default",
      description = "The tenant to act in (default: default).")
  private String tenant;

  @Option(
      names = "--role",
      paramLabel = "reader|member|admin",
      defaultValue = "member",
      description = "What the token may do there (default: member).")
  private UserCommand.Role role;

  @Option(
      names = "--lifetime",
      paramLabel = "TIME",
      defaultValue = "24h",
      converter = Lifetime.class,
      description = "How long the token is good for (default: 24h).")
  private Duration lifetime;

  @Option(names = "--tls", description = "Use the manager's TLS endpoint.")
  private boolean isTls;

  EnvCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    String checked = check(tenant);
    DataDirectory data = options.data(surroundings);
    Run run =
        data.running()
            .filter(Run::isReady)
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "no manager runs from %s: start one with `berth up`"
                            .formatted(data.path())));
    Run.Door door = door(run);
    OpsClient client = new OpsClient(options.targets(surroundings).operator());
    ObjectNode wanted =
        JsonNodeFactory.instance
            .objectNode()
            .put("tenant", checked)
            .put("role", role.word())
            .put("lifetime", lifetime.toString());
    JsonNode answer = client.post("/berth/v1/tokens", wanted).body();
    Path home = Path.of(run.data()).resolve("env").resolve(checked + (isTls ? "-tls" : ""));
    DockerConfig.read(usersOwn(run))
        .copyTo(home, new Identity(answer.path("token").asText(), checked))
        .write();
    if (isTls) {
      certificate(client, wanted, door, home);
    }
    exports(door, home).lines().forEach(surroundings.out()::println);
    surroundings.out().flush();
  }

  private Run.Door door(Run run) {
    return run.endpoints().stream()
        .filter(each -> each.isTls() == isTls)
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    isTls
                        ? "this manager has no TLS endpoint: start it with --listen tls://HOST:PORT too"
                        : "this manager has TLS endpoints only: use berth env --tls"));
  }

  /** Not the one of an earlier {@code env} in the same shell, whose token must not spread. */
  private Path usersOwn(Run run) {
    Path directory = DockerConfig.directory(surroundings);
    return directory.startsWith(Path.of(run.data()))
        ? surroundings.home().resolve(".docker")
        : directory;
  }

  private ShellExports exports(Run.Door door, Path home) {
    ShellExports exports =
        new ShellExports()
            .export("DOCKER_HOST", door.uri())
            .export("DOCKER_CONFIG", home.toString())
            .unset("DOCKER_CONTEXT");
    if (isTls) {
      exports.export("DOCKER_TLS_VERIFY", "1").export("DOCKER_CERT_PATH", home.toString());
    } else {
      exports.unset("DOCKER_TLS_VERIFY").unset("DOCKER_CERT_PATH");
    }
    return exports.comment(
        "Run: eval \"$(berth env --tenant %s%s)\"".formatted(tenant, isTls ? " --tls" : ""));
  }

  /** For clients that know no headers; docker takes it from the same directory. */
  private static void certificate(OpsClient client, ObjectNode wanted, Run.Door door, Path home) {
    try {
      Credentials.Request request = Credentials.request();
      JsonNode answer =
          client.post("/berth/v1/certificates", wanted.deepCopy().put("csr", request.csr())).body();
      request
          .signed(answer.path("certificate").asText(), Files.readString(Path.of(door.ca())))
          .save(home);
    } catch (IOException | GeneralSecurityException e) {
      throw new CommandFailure(
          "cannot write a client certificate to %s: %s".formatted(home, e.getMessage()), e);
    }
  }

  private static String check(String tenant) {
    try {
      return new TenantId(tenant).value();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }
}
