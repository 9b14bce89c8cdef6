package dev.berth.cli.command;

import dev.berth.cli.Surroundings;
import dev.berth.cli.docker.DockerConfig;
import dev.berth.cli.keystone.StoredLogin;
import java.nio.file.Path;
import picocli.CommandLine.Command;

@Command(
    name = "logout",
    description = {
      "Remove the token that `berth login` wrote into the docker CLI's config.json,",
      "and the application credential that it kept."
    })
final class LogoutCommand implements Runnable {
  private final Surroundings surroundings;

  LogoutCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    Path directory = DockerConfig.directory(surroundings);
    StoredLogin.in(directory).remove();
    DockerConfig config = DockerConfig.read(directory);
    if (config.identity().isEmpty()) {
      surroundings.out().printf("Nobody is logged in: %s holds no token%n", config.file());
      return;
    }
    config.without().write();
    surroundings.out().printf("Logged out: the token is gone from %s%n", config.file());
  }
}
