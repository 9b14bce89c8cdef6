package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.client.Target;
import dev.berth.cli.docker.DockerConfig;
import dev.berth.cli.docker.DockerConfig.Identity;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "login",
    description = {
      "Get a token for a user, and write it into the docker CLI's config.json.",
      "Everything else in that file stays as it is."
    })
final class LoginCommand implements Runnable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Surroundings surroundings;

  @Mixin private ClientOptions options;

  @Option(names = "--tenant", required = true, description = "The tenant to act in.")
  private String tenant;

  @ArgGroup(multiplicity = "1")
  private Proof proof;

  /** By what a user proves to be one. */
  static final class Proof {
    @ArgGroup(exclusive = false)
    private Password password;

    @Option(names = "--token", description = "A token from Berth or from your Keystone.")
    private String token;

    @Option(names = "--token-stdin", description = "Read such a token from standard input.")
    private boolean isTokenPiped;
  }

  /** A user's name, with the password from elsewhere: a command line is no place for it. */
  static final class Password {
    @Option(names = "--user", required = true, description = "The user's name.")
    private String user;

    @Option(names = "--password-stdin", description = "Read the password from standard input.")
    private boolean isPiped;
  }

  LoginCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    DockerConfig config = DockerConfig.read(DockerConfig.directory(surroundings));
    Target target = options.targets(surroundings).user();
    Identity identity = new Identity(token(target), tenant);
    JsonNode who = new OpsClient(target.as(identity)).get("/berth/v1/whoami");
    config.with(identity).write();
    options.print(
        surroundings,
        who,
        () ->
            surroundings
                .out()
                .printf(
                    "Logged in as %s in tenant %s; the token is in %s%n",
                    who.path("user").asText(), tenant, config.file()));
  }

  private String token(Target target) {
    if (proof.token != null) {
      return proof.token;
    }
    return proof.isTokenPiped
        ? surroundings.readPiped("token")
        : exchange(target, proof.password.user, password(proof.password));
  }

  private String password(Password given) {
    if (given.isPiped) {
      return surroundings.readPiped("password");
    }
    if (!surroundings.isTerminal()) {
      throw new CommandFailure(
          "cannot ask for the password of %s, because this is no terminal: pipe it in with --password-stdin"
              .formatted(given.user));
    }
    return surroundings.askSecret("password");
  }

  /** Keystone's v3 exchange of a password for a token, which Berth's own identity store answers. */
  private String exchange(Target target, String user, String password) {
    ObjectNode body = JSON.objectNode();
    ObjectNode auth = body.putObject("auth");
    ObjectNode identity = auth.putObject("identity");
    identity.putArray("methods").add("password");
    ObjectNode named = identity.putObject("password").putObject("user");
    named.put("name", user).put("password", password);
    named.putObject("domain").put("id", "default");
    ObjectNode project = auth.putObject("scope").putObject("project");
    project.put("name", tenant);
    project.putObject("domain").put("id", "default");
    OpsClient.Answer answer =
        new OpsClient(new Target(target.uri(), target.ca(), java.util.Optional.empty()))
            .post("/v3/auth/tokens", body);
    return answer
        .headers()
        .first("X-Subject-Token")
        .orElseThrow(
            () ->
                new CommandFailure(
                    "the manager at %s let %s in but gave no token: look at its log"
                        .formatted(target.uri(), user)));
  }
}
