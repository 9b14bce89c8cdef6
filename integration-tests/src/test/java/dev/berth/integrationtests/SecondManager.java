package dev.berth.integrationtests;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Another manager of a fleet's cluster, with a data directory of its own. */
final class SecondManager implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Fleet fleet;
  private final Path data;
  private final Process process;

  private SecondManager(Fleet fleet, Path data, Process process) {
    this.fleet = fleet;
    this.data = data;
    this.process = process;
  }

  static SecondManager start(Fleet fleet, Path data, String zookeeper) {
    copy("cluster-ca", fleet, data);
    copy("user-ca", fleet, data);
    Process process =
        fleet
            .command(
                "manager",
                "--data",
                data.toString(),
                "--listen",
                "tcp://127.0.0.1:0",
                "--cluster",
                "127.0.0.1:0",
                "--zookeeper",
                zookeeper)
            .startSilently();
    return new SecondManager(fleet, data, process);
  }

  /** Managers of one cluster have its authorities: an operator copies them. */
  private static void copy(String authority, Fleet fleet, Path data) {
    Path from =
        fleet.tree().stream()
            .filter(path -> path.endsWith(authority) && Files.isDirectory(path))
            .findFirst()
            .orElseThrow();
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Command.of("cp", "-a", from.toString(), data.resolve(authority).toString()).run().ok();
  }

  /** Waits until it knows that many hosts to be healthy. */
  void awaitHealthy(int hosts) {
    Eventually.get(
        Duration.ofSeconds(90),
        () -> fleet.berth("host", "ls", "--data", data.toString()).text(),
        text -> text.split("healthy", -1).length - 1 == hosts);
  }

  Path data() {
    return data;
  }

  /** The docker CLI as a user of that tenant, at this manager. */
  Docker tenant(String name) {
    fleet.tenant(name);
    return Fleet.docker(fleet.berth("env", "--tenant", name, "--data", data.toString()).ok());
  }

  /** Whether it leads, as that manager of the cluster says whose data this is. */
  boolean leads(Path asked) {
    Outcome status = fleet.berth("status", "--format", "json", "--data", asked.toString());
    try {
      return status.exit() == 0
          && JSON.readTree(status.text())
              .path("leader")
              .asText()
              .equals(Files.readString(data.resolve("manager-id")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
