package dev.berth.cli.command;

import dev.berth.agent.Agent;
import dev.berth.agent.AgentConfig;
import dev.berth.agent.Join;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.daemon.DataDirectory;
import dev.berth.cli.daemon.Plans;
import dev.berth.common.config.Config;
import dev.berth.common.config.Settings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "agent",
    description = "Run the agent of this host; it needs root and a Docker engine.")
final class AgentCommand implements Runnable {
  private static final int MAX_PORT = 65_535;

  private final Surroundings surroundings;

  @Mixin private ConfigOptions options;

  @Option(
      names = "--join",
      paramLabel = "TOKEN@HOST:PORT",
      description =
          "The cluster to join, from `berth host token create`; needed once. BERTH_JOIN does the same.")
  private String join;

  @Option(
      names = "--engine",
      paramLabel = "SOCKET",
      description = "The unix socket of the Docker engine to serve.")
  private Path engine;

  @Option(names = "--name", description = "The name of this host in the cluster.")
  private String name;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where managers and other agents reach it.")
  private String listen;

  @Option(
      names = "--advertise",
      paramLabel = "HOST",
      description = "The name or address by which others reach this host.")
  private String advertise;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "A label that placement constraints can name; repeatable.")
  private List<String> labels = new ArrayList<>();

  AgentCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    Config config =
        options.load(
            surroundings,
            Map.of(
                Settings.AGENT_ENGINE, Given.list(engine),
                Settings.AGENT_NAME, Given.list(name),
                Settings.AGENT_LISTEN, Given.list(listen),
                Settings.AGENT_ADVERTISE, Given.list(advertise),
                Settings.AGENT_LABELS, labels));
    Optional<Join> joining =
        Optional.ofNullable(join)
            .or(() -> surroundings.variable("BERTH_JOIN"))
            .map(AgentCommand::parse);
    Path home = ConfigOptions.data(surroundings, config).resolve("agent");
    AgentConfig plan = new Plans(config).agent(home, joining, "0.0.0.0");
    new DaemonCommand(surroundings, new DataDirectory(home), config)
        .run(
            lifeline -> {
              lifeline.add("agent", Agent.start(plan));
              surroundings
                  .out()
                  .printf(
                      "The agent of %s is up and serves %s%n", plan.name(), plan.engineSocket());
              surroundings.out().flush();
            });
  }

  static Join parse(String text) {
    int at = text.lastIndexOf('@');
    int colon = text.lastIndexOf(':');
    if (at > 0 && colon > at + 1) {
      try {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port > 0 && port <= MAX_PORT) {
          String host = text.substring(at + 1, colon).replaceAll("[\\[\\]]", "");
          InetSocketAddress manager = new InetSocketAddress(host, port);
          if (manager.isUnresolved()) {
            throw new CommandFailure(
                "cannot join the cluster at %s: its host name is not known".formatted(host));
          }
          return new Join(text.substring(0, at), manager);
        }
      } catch (NumberFormatException e) {
        // Said below, without the token.
      }
    }
    throw new CommandFailure(
        "cannot read what --join was given: use TOKEN@HOST:PORT, as `berth host token create` prints it");
  }
}
