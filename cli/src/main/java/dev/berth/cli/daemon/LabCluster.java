package dev.berth.cli.daemon;

import dev.berth.cli.CommandFailure;
import dev.berth.lab.Lab;
import dev.berth.lab.LabHost;
import dev.berth.lab.LabOptions;
import dev.berth.lab.LabRequirements;
import dev.berth.manager.Manager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A manager in this process, and lab hosts with an agent process each.
 *
 * <p>All that belongs to it is below the lab's directory and ends with the lab: hosts that are gone
 * leave no records behind. When only this process died, the next start finds lab and agents as they
 * were.
 */
public final class LabCluster {
  private static final Duration JOIN_LIFETIME = Duration.ofMinutes(10);
  private static final int AGENT_PORT = 2378;

  /** Many agents share one machine, and each has one engine's worth of work. */
  private static final List<String> AGENT_JVM =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final DataDirectory data;
  private final Plans plans;
  private final Lifeline lifeline;

  public LabCluster(DataDirectory data, Plans plans, Lifeline lifeline) {
    this.data = data;
    this.plans = plans;
    this.lifeline = lifeline;
  }

  private static Path directory(DataDirectory data) {
    return data.path().resolve("lab");
  }

  /** The lab that is there, whether or not it runs. */
  static Optional<Path> in(DataDirectory data) {
    return Optional.of(directory(data)).filter(Lab::existsIn);
  }

  /** Where the manager of a lab keeps its files. */
  private static Path managerData(Path lab) {
    return lab.resolve("cluster");
  }

  /**
   * Starts it with so many hosts, and waits until all can be used.
   *
   * @param options of the engines that are new
   */
  public Run start(int hosts, LabOptions options) {
    LabRequirements.check();
    Path directory = directory(data);
    Run run = Run.starting(managerData(directory), Optional.of(directory), false);
    data.write(run);
    lifeline.add("run.json", data::forgetRun);
    boolean isFound = Lab.existsIn(directory);
    AtomicBoolean isOurs = new AtomicBoolean(!isFound);
    lifeline.add("lab", () -> removeIf(isOurs.get(), directory));
    Lab lab = isFound ? Lab.open(directory) : Lab.create(directory);
    if (lab.hosts().size() > hosts) {
      throw new CommandFailure(
          "the lab in %s has %d hosts already: run `berth down` first, or start with --lab %d"
              .formatted(directory, lab.hosts().size(), lab.hosts().size()));
    }
    Manager manager =
        lifeline.add(
            "manager", Manager.start(plans.manager(managerData(directory), lab.gateway())));
    lab.hosts().forEach(LabHost::start);
    lab.start(hosts - lab.hosts().size(), options);
    List<LabHost> withoutAgent =
        lab.hosts().stream().filter(host -> host.processes().isEmpty()).toList();
    if (!withoutAgent.isEmpty()) {
      String token = manager.issueJoinToken("agent", JOIN_LIFETIME, withoutAgent.size());
      String join = token + "@" + LocalCluster.text(manager.clusterAddress());
      withoutAgent.forEach(host -> spawnAgent(host, managerData(directory), join));
    }
    Run ready = run.ready(LocalCluster.doors(manager), LocalCluster.text(manager.clusterAddress()));
    HostWatch.await(ready, hosts, () -> requireAgents(lab, managerData(directory)));
    data.write(ready);
    isOurs.set(true);
    return ready;
  }

  /** The log is about to go with the lab, so that its end has to be in the message. */
  private static void requireAgents(Lab lab, Path managerData) {
    for (LabHost host : lab.hosts()) {
      if (host.processes().isEmpty()) {
        throw new CommandFailure(
            "the agent of %s ended before its host was up; its last words were:%n%s"
                .formatted(host.name(), lastLines(agentLog(managerData, host))));
      }
    }
  }

  private static Path agentLog(Path managerData, LabHost host) {
    return managerData.resolve("agents").resolve(host.name()).resolve("agent.log");
  }

  private static String lastLines(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return String.join(
          System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      return "(cannot read %s: %s)".formatted(file, e.getMessage());
    }
  }

  /** A lab that was there before a start that failed is left as it was. */
  private static void removeIf(boolean isOurs, Path directory) {
    if (isOurs) {
      remove(directory);
    }
  }

  /** The token goes through the environment: a command line is for all to read. */
  private static void spawnAgent(LabHost host, Path managerData, String join) {
    Path home = managerData.resolve("agents").resolve(host.name());
    String address = host.address().getHostAddress();
    try {
      Files.createDirectories(home);
    } catch (IOException e) {
      throw new CommandFailure("cannot make %s: %s".formatted(home, e.getMessage()), e);
    }
    List<String> words =
        List.of(
            "agent",
            "--data",
            home.toString(),
            "--engine",
            host.engineSocket().toString(),
            "--name",
            host.name(),
            "--listen",
            address + ":" + AGENT_PORT,
            "--advertise",
            address);
    host.spawn(
        JavaCommand.of(AGENT_JVM, words),
        Map.of("BERTH_JOIN", join, "BERTH_AGENT_GROUPS", host.tenantGroups()),
        home.resolve("agent.log"));
  }

  /** Takes the lab of a directory down, if there is one, with all that was in it. */
  static void remove(Path directory) {
    if (Lab.existsIn(directory)) {
      Lab.open(directory).down();
    }
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> left = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(directory)) {
      tree.forEach(left::add);
      for (Path each : left.reversed()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot remove the lab's files in %s: %s".formatted(directory, e.getMessage()), e);
    }
  }
}
