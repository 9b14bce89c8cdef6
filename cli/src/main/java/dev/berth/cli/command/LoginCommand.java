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
import dev.berth.cli.keystone.KeystoneLogin;
import dev.berth.cli.keystone.Proof;
import dev.berth.cli.keystone.Proof.ApplicationCredential;
import dev.berth.cli.keystone.Proof.Named;
import dev.berth.cli.keystone.StoredLogin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "login",
    sortOptions = false,
    description = {
      "Get a token for a user, and write it into the docker CLI's config.json.",
      "Everything else in that file stays as it is.",
      "",
      "  berth login --tenant acme --user ann",
      "  berth login --keystone URL --project acme --user ann",
      "  berth login --keystone URL --application-credential-id ID < secret",
      "  berth login --renew"
    })
final class LoginCommand implements Runnable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration CERTIFICATE = Duration.ofHours(24);
  private static final String SOURCE_KEYSTONE = "keystone";

  private final Surroundings surroundings;

  @Spec private CommandSpec spec;

  @Mixin private ClientOptions options;

  @Option(
      names = {"--tenant", "--project"},
      paramLabel = "NAME",
      description = "The tenant to act in; in Keystone the project, by name or id.")
  private String tenant;

  @Option(names = "--user", paramLabel = "NAME", description = "The user's name.")
  private String user;

  @Option(names = "--password-stdin", description = "Read the password from standard input.")
  private boolean isPasswordPiped;

  @Option(names = "--token", description = "A token from Berth or from your Keystone.")
  private String token;

  @Option(names = "--token-stdin", description = "Read such a token from standard input.")
  private boolean isTokenPiped;

  @Option(
      names = "--keystone",
      paramLabel = "URL",
      description = "Get the token from this Keystone, as https://HOST:PORT.")
  private String keystone;

  @Option(
      names = "--keystone-ca",
      paramLabel = "FILE",
      description = "Who signed its certificate, where this machine does not know.")
  private Path keystoneCa;

  @Option(
      names = "--user-domain",
      paramLabel = "NAME",
      description = "The user's domain in Keystone (default: the one with the id default).")
  private String userDomain;

  @Option(
      names = "--project-domain",
      paramLabel = "NAME",
      description = "The project's domain in Keystone (default: as of the user).")
  private String projectDomain;

  @Option(
      names = "--application-credential-id",
      paramLabel = "ID",
      description = "Log in with this application credential, and keep it for --renew.")
  private String credentialId;

  @Option(
      names = "--application-credential-name",
      paramLabel = "NAME",
      description = "The same by its name, with --user.")
  private String credentialName;

  @Option(
      names = "--application-credential-secret-stdin",
      description = "Read its secret from standard input.")
  private boolean isSecretPiped;

  @Option(
      names = "--renew",
      description = "Get another token with the application credential of the last login.")
  private boolean isRenewal;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Make a docker context for this login, too.")
  private String context;

  LoginCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    check();
    if (isRenewal) {
      renew();
    } else if (keystone != null) {
      atKeystone();
    } else {
      atBerth();
    }
  }

  private void check() {
    long proofs =
        Stream.of(
                isRenewal,
                token != null,
                isTokenPiped,
                credentialId != null,
                credentialName != null,
                user != null && credentialName == null)
            .filter(is -> is)
            .count();
    if (proofs != 1) {
      throw misuse(
          "give one of --user, --token, --token-stdin, --application-credential-id,"
              + " --application-credential-name with --user, and --renew");
    }
    boolean hasCredential = credentialId != null || credentialName != null;
    if (hasCredential && keystone == null) {
      throw misuse("an application credential needs --keystone URL");
    }
    if (credentialName != null && user == null) {
      throw misuse("--application-credential-name needs --user");
    }
    if (hasCredential && tenant != null) {
      throw misuse("an application credential has its project: leave --project out");
    }
    if (keystone != null && !hasCredential && user == null) {
      throw misuse("--keystone needs --user or an application credential");
    }
    if (keystone == null && !isRenewal && tenant == null) {
      throw misuse("Missing required option: '--tenant'");
    }
  }

  private CommandLine.ParameterException misuse(String sentence) {
    return new CommandLine.ParameterException(spec.commandLine(), sentence);
  }

  private Path directory() {
    return DockerConfig.directory(surroundings);
  }

  private void atBerth() {
    DockerConfig config = DockerConfig.read(directory());
    Target target = options.targets(surroundings).user();
    String secret;
    String until = "";
    if (token != null) {
      secret = token;
    } else if (isTokenPiped) {
      secret = surroundings.readPiped("token");
    } else {
      OpsClient.Answer answer = exchange(target, password());
      secret = secret(target, answer);
      until = answer.body().at("/token/expires_at").asText();
    }
    Identity identity = new Identity(secret, tenant);
    JsonNode who = new OpsClient(target.as(identity)).get("/berth/v1/whoami");
    config.with(identity).write();
    StoredLogin.in(directory()).remove();
    Optional<String> made = makeContext(target.as(identity), who);
    options.print(
        surroundings,
        who,
        () -> say(who.path("user").asText(), "tenant " + tenant, "", config, made));
    if (options.isText() && !until.isEmpty()) {
      surroundings.out().printf("It is good until %s.%n", until);
      surroundings.out().flush();
    }
  }

  private void atKeystone() {
    DockerConfig config = DockerConfig.read(directory());
    Target target = options.targets(surroundings).user();
    KeystoneLogin at = KeystoneLogin.at(keystone, Optional.ofNullable(keystoneCa));
    Proof proof = proof();
    KeystoneLogin.Given given = at.token(proof);
    Identity identity = new Identity(given.token(), given.project());
    JsonNode who = new OpsClient(target.as(identity)).get("/berth/v1/whoami");
    config.with(identity).write();
    StoredLogin stored = StoredLogin.in(directory());
    switch (proof) {
      case ApplicationCredential credential ->
          stored.write(new StoredLogin.Content(at, credential));
      case Proof.Password _ -> stored.remove();
    }
    Optional<String> made = makeContext(target.as(identity), who);
    options.print(surroundings, who, () -> say(given, config, made));
  }

  private Proof proof() {
    Optional<String> domain = Optional.ofNullable(userDomain);
    if (credentialId != null) {
      return new ApplicationCredential(credentialId, Optional.empty(), secret());
    }
    if (credentialName != null) {
      return new ApplicationCredential(
          credentialName, Optional.of(new Named(user, domain)), secret());
    }
    return new Proof.Password(
        new Named(user, domain),
        password(),
        Optional.ofNullable(tenant)
            .map(name -> new Named(name, Optional.ofNullable(projectDomain).or(() -> domain))));
  }

  /** The manager is not asked: what renews by itself must not depend on it. */
  private void renew() {
    DockerConfig config = DockerConfig.read(directory());
    StoredLogin stored = StoredLogin.in(directory());
    StoredLogin.Content content =
        stored
            .read()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "cannot renew: %s is not there, for only a login with an application credential is kept: log in again"
                            .formatted(stored.file())));
    KeystoneLogin.Given given = content.keystone().token(content.credential());
    config.with(new Identity(given.token(), given.project())).write();
    ObjectNode answer =
        JSON.objectNode()
            .put("user", given.user())
            .put("tenant", given.project())
            .put("expires", given.expires());
    options.print(surroundings, answer, () -> say(given, config, Optional.empty()));
  }

  private void say(KeystoneLogin.Given given, DockerConfig config, Optional<String> made) {
    say(
        given.user(),
        "project %s (%s)".formatted(given.name(), given.project()),
        " until " + given.expires(),
        config,
        made);
  }

  private void say(
      String who, String where, String until, DockerConfig config, Optional<String> made) {
    surroundings
        .out()
        .printf("Logged in as %s in %s%s; the token is in %s%n", who, where, until, config.file());
    made.ifPresent(
        name ->
            surroundings
                .out()
                .printf("Context %1$s is made. Next: docker --context %1$s ps%n", name));
    surroundings.out().flush();
  }

  /** Only users of Berth's own store get certificates by themselves. */
  private Optional<String> makeContext(Target target, JsonNode who) {
    if (context == null) {
      return Optional.empty();
    }
    Contexts contexts = new Contexts(surroundings);
    if (who.path("source").asText().equals(SOURCE_KEYSTONE)) {
      contexts.withToken(context, target);
    } else {
      Target tls = options.targets(surroundings).userOverTls();
      JsonNode _ = contexts.withCertificate(context, tls, new OpsClient(tls), CERTIFICATE);
    }
    return Optional.of(context);
  }

  private String password() {
    return asked(isPasswordPiped, "password", "--password-stdin");
  }

  private String secret() {
    return asked(
        isSecretPiped, "application credential's secret", "--application-credential-secret-stdin");
  }

  /** A command line is no place for a secret. */
  private String asked(boolean isPiped, String what, String option) {
    if (isPiped) {
      return surroundings.readPiped(what);
    }
    if (!surroundings.isTerminal()) {
      throw new CommandFailure(
          "cannot ask for the %s, because this is no terminal: pipe it in with %s"
              .formatted(what, option));
    }
    return surroundings.askSecret(what);
  }

  /** Keystone's v3 exchange of a password for a token, which Berth's own identity store answers. */
  private OpsClient.Answer exchange(Target target, String password) {
    ObjectNode body =
        new Proof.Password(
                new Named(user, Optional.empty()),
                password,
                Optional.of(new Named(tenant, Optional.empty())))
            .body();
    return new OpsClient(new Target(target.uri(), target.ca(), Optional.empty()))
        .post("/v3/auth/tokens", body);
  }

  private String secret(Target target, OpsClient.Answer answer) {
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
