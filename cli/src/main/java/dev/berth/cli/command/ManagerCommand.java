package dev.berth.cli.command;

import dev.berth.cli.Surroundings;
import dev.berth.cli.daemon.DataDirectory;
import dev.berth.cli.daemon.LocalCluster;
import dev.berth.cli.daemon.Plans;
import dev.berth.cli.daemon.Run;
import dev.berth.common.config.Config;
import dev.berth.common.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "manager", description = "Run a manager alone; hosts join it with `berth agent`.")
final class ManagerCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private ConfigOptions options;

  @Option(
      names = "--listen",
      paramLabel = "URI",
      description = "Where clients reach it: tcp://HOST:PORT or tls://HOST:PORT; repeatable.")
  private List<String> listen = new ArrayList<>();

  @Option(
      names = "--cluster",
      paramLabel = "HOST:PORT",
      description = "Where agents and other managers reach it.")
  private String cluster;

  @Option(
      names = "--zookeeper",
      paramLabel = "HOST:PORT,...",
      description = "The ZooKeeper ensemble to use instead of one of its own.")
  private String zookeeper;

  @Option(
      names = "--advertise",
      paramLabel = "HOST",
      description = "The name or address by which others reach this machine.")
  private String advertise;

  ManagerCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    Config config =
        options.load(
            surroundings,
            Map.of(
                Settings.MANAGER_LISTEN, listen,
                Settings.MANAGER_CLUSTER, Given.list(cluster),
                Settings.ZOOKEEPER_CONNECT, Given.list(zookeeper),
                Settings.MANAGER_ADVERTISE, Given.list(advertise)));
    DataDirectory data = new DataDirectory(ConfigOptions.data(surroundings, config));
    Plans plans = new Plans(config);
    new DaemonCommand(surroundings, data, config)
        .run(lifeline -> tell(new LocalCluster(data, plans, lifeline).manager()));
  }

  private void tell(Run run) {
    run.endpoints()
        .forEach(
            door ->
                surroundings
                    .out()
                    .printf("The manager is up: %s%s%n", door.uri(), door.isTls() ? " (TLS)" : ""));
    surroundings.out().printf("Hosts join at %s; next: berth host token create%n", run.cluster());
    surroundings.out().flush();
  }
}
