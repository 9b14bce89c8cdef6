package dev.berth.cli.daemon;

import dev.berth.agent.Agent;
import dev.berth.agent.Join;
import dev.berth.manager.Manager;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A manager, and with it an agent for this machine's engine, in this process. */
public final class LocalCluster {
  private static final Duration JOIN_LIFETIME = Duration.ofMinutes(10);

  private final DataDirectory data;
  private final Plans plans;
  private final Lifeline lifeline;

  public LocalCluster(DataDirectory data, Plans plans, Lifeline lifeline) {
    this.data = data;
    this.plans = plans;
    this.lifeline = lifeline;
  }

  /** Starts a manager alone. */
  public Run manager() {
    Run run = begin(false);
    Manager manager = lifeline.add("manager", Manager.start(plans.manager(data.path())));
    return serve(run, manager);
  }

  /** Starts a manager and the agent that joins it, and waits until the host can be used. */
  public Run managerAndAgent() {
    Run run = begin(true);
    Manager manager = lifeline.add("manager", Manager.start(plans.manager(data.path())));
    Join join =
        new Join(manager.issueJoinToken("agent", JOIN_LIFETIME, 1), manager.clusterAddress());
    lifeline.add(
        "agent",
        Agent.start(
            plans.agent(data.path().resolve("agent"), Optional.of(join), "127.0.0.1").advised()));
    Run ready = run.ready(doors(manager), text(manager.clusterAddress()));
    HostWatch.await(ready, 1, () -> {});
    data.write(ready);
    return ready;
  }

  private Run begin(boolean host) {
    Run run = Run.starting(data.path(), Optional.<Path>empty(), host);
    data.write(run);
    lifeline.add("run.json", data::forgetRun);
    return run;
  }

  private Run serve(Run run, Manager manager) {
    Run ready = run.ready(doors(manager), text(manager.clusterAddress()));
    data.write(ready);
    return ready;
  }

  static List<Run.Door> doors(Manager manager) {
    return manager.endpoints().stream()
        .map(
            endpoint ->
                new Run.Door(
                    endpoint.uri().toString(), endpoint.ca().map(Path::toString).orElse("")))
        .toList();
  }

  static String text(InetSocketAddress address) {
    String host = address.getHostString();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
