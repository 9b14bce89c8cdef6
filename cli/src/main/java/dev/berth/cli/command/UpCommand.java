package dev.berth.cli.command;

import dev.berth.cli.Progress;
import dev.berth.cli.Surroundings;
import dev.berth.cli.daemon.DataDirectory;
import dev.berth.cli.daemon.Detached;
import dev.berth.cli.daemon.EngineSetup;
import dev.berth.cli.daemon.LabCluster;
import dev.berth.cli.daemon.LocalCluster;
import dev.berth.cli.daemon.Plans;
import dev.berth.cli.daemon.Run;
import dev.berth.common.config.Config;
import dev.berth.common.config.Setting;
import dev.berth.common.config.Settings;
import dev.berth.lab.LabOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "up",
    description = {
      "Start a manager, its ZooKeeper, and an agent for this machine's Docker engine.",
      "Runs until ctrl-C, or in the background with --detach."
    })
final class UpCommand implements Runnable {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration READY_LIMIT_FOR_LAB_HOST = Duration.ofSeconds(15);
  private static final int MAX_LAB_HOSTS = 100;

  private final Surroundings surroundings;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions options;

  @Option(
      names = {"-d", "--detach"},
      description = "Run in the background, and return when it is ready.")
  private boolean isDetached;

  @Option(
      names = "--listen",
      paramLabel = "URI",
      description = "Where clients reach it: tcp://HOST:PORT or tls://HOST:PORT; repeatable.")
  private List<String> listen = new ArrayList<>();

  @Option(
      names = "--engine",
      paramLabel = "SOCKET",
      description = "The unix socket of the Docker engine to serve.")
  private Path engine;

  @Option(
      names = "--lab",
      paramLabel = "N",
      description = "Instead, make N hosts with an engine each on this machine, to try things out.")
  private int lab;

  @Option(
      names = "--insecure-registry",
      paramLabel = "HOST:PORT",
      description = "A registry that a lab's engines talk plain HTTP to; repeatable.")
  private List<String> insecureRegistries = new ArrayList<>();

  @Option(
      names = {"-y", "--yes"},
      description = "Install what is missing without asking.")
  private boolean isAgreed;

  UpCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    if (lab < 0 || lab > MAX_LAB_HOSTS) {
      throw new ParameterException(
          spec.commandLine(), "--lab takes 1 to %d hosts".formatted(MAX_LAB_HOSTS));
    }
    if (lab == 0 && !insecureRegistries.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--insecure-registry is for a lab's engines: tell this machine's engine in its own"
              + " daemon.json");
    }
    Config config = options.load(surroundings, overrides());
    DataDirectory data = new DataDirectory(ConfigOptions.data(surroundings, config));
    Plans plans = new Plans(config);
    Optional<Run> running = data.running().filter(Run::isReady);
    if (running.isPresent()) {
      surroundings.out().printf("Berth runs already (process %d).%n", running.get().pid());
      tell(running.get());
      return;
    }
    // Before anything is installed or started: what is misconfigured is said at once.
    plans.check();
    EngineSetup setup = new EngineSetup(surroundings, isAgreed);
    if (lab > 0) {
      setup.ensureLab();
    } else {
      setup.ensureEngine(config.get(Settings.AGENT_ENGINE));
    }
    String what =
        lab > 0
            ? "starting a manager and a lab of %d".formatted(lab)
            : "starting a manager and the agent of this machine";
    if (isDetached) {
      data.create();
      Duration limit = READY_LIMIT.plus(READY_LIMIT_FOR_LAB_HOST.multipliedBy(lab));
      tell(
          Progress.show(
              surroundings, what, () -> new Detached(data).start(wordsWithoutDetach(), limit)));
      return;
    }
    if (surroundings.isTerminal()) {
      // One line: what is logged comes between.
      surroundings.err().println("berth: " + what);
    }
    new DaemonCommand(surroundings, data, config)
        .run(
            lifeline ->
                tell(
                    lab > 0
                        ? new LabCluster(data, plans, lifeline).start(lab, labOptions())
                        : new LocalCluster(data, plans, lifeline).managerAndAgent()));
  }

  private Map<Setting<?>, List<String>> overrides() {
    Map<Setting<?>, List<String>> overrides = new LinkedHashMap<>();
    overrides.put(Settings.MANAGER_LISTEN, listen);
    overrides.put(Settings.AGENT_ENGINE, Given.list(engine));
    return overrides;
  }

  private LabOptions labOptions() {
    LabOptions lab = LabOptions.DEFAULTS;
    for (String registry : insecureRegistries) {
      lab = lab.withInsecureRegistry(registry);
    }
    return lab;
  }

  private List<String> wordsWithoutDetach() {
    return spec.root().commandLine().getParseResult().originalArgs().stream()
        .filter(word -> !word.equals("-d") && !word.equals("--detach"))
        .toList();
  }

  private void tell(Run run) {
    PrintWriter out = surroundings.out();
    run.endpoints()
        .forEach(
            door -> out.printf("Berth is up: %s%s%n", door.uri(), door.isTls() ? " (TLS)" : ""));
    boolean hasPlain = run.endpoints().stream().anyMatch(door -> !door.isTls());
    out.printf("Next: eval \"$(berth env%s)\" && docker version%n", hasPlain ? "" : " --tls");
    out.flush();
  }
}
