package dev.berth.cli.client;

import dev.berth.cli.docker.DockerConfig.Identity;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A manager to talk to, and as whom.
 *
 * @param uri {@code tcp://HOST:PORT}
 * @param ca the certificate authority of a manager that speaks TLS; empty for plain TCP
 * @param identity empty for calls that need none
 */
public record Target(URI uri, Optional<Path> ca, Optional<Identity> identity) {

  public Target as(Identity other) {
    return new Target(uri, ca, Optional.of(other));
  }
}
