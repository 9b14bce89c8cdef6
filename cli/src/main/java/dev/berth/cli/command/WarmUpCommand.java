package dev.berth.cli.command;

import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.client.Target;
import dev.berth.cli.logging.Logging;
import dev.berth.common.config.Config;
import dev.berth.common.config.Settings;
import dev.berth.manager.IdentityConfig;
import dev.berth.manager.Listen;
import dev.berth.manager.Manager;
import dev.berth.manager.ManagerConfig;
import dev.berth.manager.PlacementConfig;
import dev.berth.manager.ZooKeeperConfig;
import dev.berth.manager.audit.AuditConfig;
import dev.berth.manager.cluster.AddressPool;
import dev.berth.manager.cluster.PortRange;
import dev.berth.manager.ingress.IngressConfig;
import dev.berth.manager.limit.LimitConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Uses what commands and a manager use at their start, so that a JVM that watches puts it into a
 * cache (JEP 514). It says nothing and leaves nothing.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Runnable {
  private final Surroundings surroundings;

  WarmUpCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    try {
      Path scratch = Files.createTempDirectory("berth-warm-up-");
      try {
        Surroundings quiet =
            new Surroundings(
                Map.of(),
                scratch,
                surroundings.isRoot(),
                surroundings.in(),
                nowhere,
                nowhere,
                false);
        runCommands(quiet);
        runManager(scratch.resolve("data"));
      } finally {
        remove(scratch);
      }
    } catch (IOException e) {
      surroundings.err().println("berth: nothing was warmed up: " + e.getMessage());
    }
  }

  private static void runCommands(Surroundings quiet) {
    for (List<String> words :
        List.of(
            List.of("version"),
            List.of("--help"),
            List.of("up", "--help"),
            List.of("config"),
            List.of("status"),
            List.of("whoami", "--manager", "tcp://127.0.0.1:1"),
            List.of("logout"))) {
      var _ = Commands.run(quiet, words.toArray(String[]::new));
    }
  }

  /** A manager that cannot start here is not warmed up; that costs time later, and nothing else. */
  private void runManager(Path data) {
    Config silent =
        Config.load(Optional.empty(), Map.of(), Map.of(Settings.LOG_LEVEL.key(), List.of("error")));
    Logging.install(silent, false, Optional.empty());
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ManagerConfig config =
        new ManagerConfig(
            data,
            List.of(Listen.parse("tcp://127.0.0.1:0")),
            anyPort,
            new ZooKeeperConfig.Embedded(anyPort),
            "127.0.0.1",
            List.of(),
            silent.get(Settings.MANAGER_IDLE_TIMEOUT),
            AddressPool.parse(silent.get(Settings.NETWORK_POOL)),
            new IngressConfig(List.of(), PortRange.parse(silent.get(Settings.INGRESS_OPEN_PORTS))),
            AuditConfig.OFF,
            LimitConfig.NONE,
            IdentityConfig.all(Optional.empty(), silent.get(Settings.IDENTITY_RECHECK)),
            PlacementConfig.DEFAULT,
            true,
            silent.get(Settings.CERTIFICATES_LIFETIME));
    try (Manager manager = Manager.start(config)) {
      new OpsClient(
              new Target(manager.endpoints().getFirst().uri(), Optional.empty(), Optional.empty()))
          .get("/_ping");
    } catch (Exception e) {
      surroundings.err().println("berth: the manager was not warmed up: " + e);
    }
  }

  private static void remove(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(directory)) {
      paths = tree.toList();
    }
    for (Path path : paths.reversed()) {
      Files.deleteIfExists(path);
    }
  }
}
