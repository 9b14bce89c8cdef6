package dev.berth.cli.client;

import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.daemon.DataDirectory;
import dev.berth.cli.daemon.Run;
import dev.berth.cli.docker.DockerConfig;
import dev.berth.cli.docker.DockerConfig.Identity;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the manager that a command means, and who the command acts as.
 *
 * <p>An operator's commands mean what runs from the data directory, then what {@code DOCKER_HOST}
 * names; a user's commands the other way around. {@code --manager} is before both.
 */
public final class Targets {
  /** The tenant that an operator's token is used in when none is named. */
  private static final String OPERATOR_TENANT = "default";

  private final Surroundings surroundings;
  private final DataDirectory data;
  private final Optional<String> manager;

  public Targets(Surroundings surroundings, DataDirectory data, Optional<String> manager) {
    this.surroundings = surroundings;
    this.data = data;
    this.manager = manager.or(() -> surroundings.variable("BERTH_MANAGER"));
  }

  /** For a command of an operator. */
  public Target operator() {
    return named().or(this::local).or(this::ofDocker).orElseThrow(this::none);
  }

  /** For a command of a user. */
  public Target user() {
    return named().or(this::ofDocker).or(this::localAsUser).orElseThrow(this::none);
  }

  /** For a command of a user that needs a manager's TLS endpoint. */
  public Target userOverTls() {
    return named()
        .or(this::ofDocker)
        .filter(target -> target.ca().isPresent())
        .or(this::localOverTls)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "no TLS endpoint of a manager is known: name one with --manager"
                        + " tls://HOST:PORT, and the directory of its ca.pem in DOCKER_CERT_PATH"));
  }

  private Optional<Target> localOverTls() {
    return ready()
        .flatMap(run -> run.endpoints().stream().filter(Run.Door::isTls).findFirst())
        .map(
            door ->
                new Target(URI.create(door.uri()), Optional.of(Path.of(door.ca())), identity()));
  }

  /** What runs, as its operator. */
  public static Target operatorOf(Run run) {
    return at(run, operatorToken(run));
  }

  private Optional<Target> named() {
    return manager.map(text -> new Target(uri(text, "--manager"), ca(text), identity()));
  }

  private Optional<Target> local() {
    return ready()
        .map(run -> at(run, fromVariables().or(() -> operatorToken(run)).or(this::loggedIn)));
  }

  private Optional<Target> localAsUser() {
    return ready().map(run -> at(run, identity()));
  }

  private Optional<Run> ready() {
    return data.running().filter(Run::isReady);
  }

  private static Target at(Run run, Optional<Identity> identity) {
    Run.Door door =
        run.endpoints().stream()
            .filter(each -> !each.isTls())
            .findFirst()
            .orElseGet(() -> run.endpoints().getFirst());
    return new Target(
        URI.create(door.uri()),
        door.isTls() ? Optional.of(Path.of(door.ca())) : Optional.empty(),
        identity);
  }

  private Optional<Target> ofDocker() {
    return surroundings
        .variable("DOCKER_HOST")
        .filter(text -> text.startsWith("tcp://"))
        .map(
            text ->
                new Target(
                    uri(text, "DOCKER_HOST"),
                    surroundings.variable("DOCKER_TLS_VERIFY").flatMap(_ -> dockerCa()),
                    identity()));
  }

  private Optional<Identity> identity() {
    return fromVariables().or(this::loggedIn);
  }

  private Optional<Identity> fromVariables() {
    return surroundings
        .variable("BERTH_TOKEN")
        .map(
            token ->
                new Identity(token, surroundings.variable("BERTH_TENANT").orElse(OPERATOR_TENANT)));
  }

  private Optional<Identity> loggedIn() {
    return DockerConfig.read(DockerConfig.directory(surroundings)).identity();
  }

  private static Optional<Identity> operatorToken(Run run) {
    if (!Files.isReadable(run.adminToken())) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Identity(Files.readString(run.adminToken()).strip(), OPERATOR_TENANT));
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot read the operator's token in %s: %s".formatted(run.adminToken(), e.getMessage()),
          e);
    }
  }

  private Optional<Path> ca(String managerUri) {
    return managerUri.startsWith("tls://") ? dockerCa() : Optional.empty();
  }

  private Optional<Path> dockerCa() {
    Path ca =
        surroundings
            .variable("DOCKER_CERT_PATH")
            .map(Path::of)
            .orElseGet(() -> DockerConfig.directory(surroundings))
            .resolve("ca.pem");
    if (!Files.isReadable(ca)) {
      throw new CommandFailure(
          "cannot read the certificate authority %s: set DOCKER_CERT_PATH to a directory with ca.pem"
              .formatted(ca));
    }
    return Optional.of(ca);
  }

  private static URI uri(String text, String origin) {
    try {
      URI uri = new URI(text);
      boolean isKnown = "tcp".equals(uri.getScheme()) || "tls".equals(uri.getScheme());
      if (isKnown && uri.getHost() != null && uri.getPort() > 0) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new CommandFailure(
        "invalid address \"%s\" of %s: use tcp://HOST:PORT or tls://HOST:PORT"
            .formatted(text, origin));
  }

  private CommandFailure none() {
    return new CommandFailure(
        "no manager runs from %s and DOCKER_HOST names none: start one with `berth up`, or name one with --manager"
            .formatted(data.path()));
  }
}
