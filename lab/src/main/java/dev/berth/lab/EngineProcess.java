package dev.berth.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The engine of one host as a process: its configuration file, its start, its two ways to end. */
record EngineProcess(String hostname, Path home, Path socket) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
  private static final Duration PING_LIMIT = Duration.ofSeconds(5);
  private static final int QUOTED_LINES = 15;

  Path log() {
    return home.resolve("engine.log");
  }

  private Path configuration() {
    return home.resolve("daemon.json");
  }

  EngineClient client() {
    return new EngineClient(socket);
  }

  /** Writes what the engine keeps over its restarts. */
  void configure(String cgroupParent, LabOptions options) {
    ObjectNode root = JSON.createObjectNode();
    root.put("data-root", home.resolve("data").toString());
    // In the host's own /run, which is gone when the power is: as after a real boot.
    root.put("exec-root", "/run/docker");
    root.put("pidfile", "/run/docker.pid");
    root.putArray("hosts").add("unix://" + socket).add("unix:///run/docker.sock");
    // Engines share the machine's cgroups. A parent of its own keeps a host's apart, and lets them
    // be removed.
    root.putArray("exec-opts").add("native.cgroupdriver=cgroupfs");
    root.put("cgroup-parent", cgroupParent);
    options.registryMirrors().forEach(root.withArray("registry-mirrors")::add);
    options.insecureRegistries().forEach(root.withArray("insecure-registries")::add);
    options.engineLabels().forEach(root.withArray("labels")::add);
    // An engine's id is its key's; without this all engines of the machine are the one in
    // /etc/docker. Engines that know no
    // key keep an id in their data, and may refuse the setting.
    root.put("deprecated-key-path", home.resolve("key.json").toString());
    write(root);
    CommandResult check =
        Command.tryRun(
            List.of("dockerd", "--validate", "--config-file", configuration().toString()));
    if (check.exitCode() != 0 && check.output().contains("deprecated-key-path")) {
      root.remove("deprecated-key-path");
      write(root);
    }
  }

  private void write(ObjectNode root) {
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(configuration().toFile(), root);
    } catch (IOException e) {
      throw new LabException("cannot write %s: %s".formatted(configuration(), e.getMessage()), e);
    }
  }

  LabProcess launch(HostLauncher launcher, List<String> flags, Map<String, String> environment) {
    removeSocket();
    // A killed engine leaves its pid behind; the number may be another process's by now, which an
    // engine takes for itself.
    launcher
        .space()
        .run(
            "rm",
            "-f",
            "/run/docker.pid",
            "/run/docker/containerd/containerd.pid",
            "/run/docker.sock");
    List<String> command =
        new ArrayList<>(List.of("dockerd", "--config-file", configuration().toString()));
    command.addAll(flags);
    return launcher.launch(command, environment, log());
  }

  /** Waits until the engine answers; one that ends meanwhile is not waited for. */
  void awaitAnswer(ProcessId process, Duration limit) {
    boolean settled = Patience.await(limit, () -> client().ping(PING_LIMIT) || !process.isAlive());
    if (!process.isAlive()) {
      throw new LabException(
          "the engine of %s ended while it started; the end of %s:%n%s"
              .formatted(hostname, log(), lastLines()));
    }
    if (!settled) {
      throw new LabException(
          "the engine of %s did not answer at %s within %d s; the end of %s:%n%s"
              .formatted(hostname, socket, limit.toSeconds(), log(), lastLines()));
    }
  }

  /** Gives the engine an image, from an archive. */
  void load(Path archive) {
    try {
      EngineClient.Answer answer = client().postTar("/images/load?quiet=1", archive, LOAD_LIMIT);
      if (answer.status() != 200 || answer.body().contains("errorDetail")) {
        throw new LabException(
            "the engine of %s refused the image in %s: %d %s"
                .formatted(hostname, archive, answer.status(), answer.body()));
      }
    } catch (IOException e) {
      throw new LabException(
          "cannot load %s into the engine of %s: %s; see %s"
              .formatted(archive, hostname, e.getMessage(), log()),
          e);
    }
  }

  /** Ends the engine in good order. */
  void stop(ProcessId process) {
    process.terminate();
    if (!Patience.await(STOP_LIMIT, () -> !process.isAlive())) {
      throw new LabException(
          "the engine of %s did not stop within %d s of SIGTERM; the end of %s:%n%s"
              .formatted(hostname, STOP_LIMIT.toSeconds(), log(), lastLines()));
    }
    removeSocket();
  }

  /**
   * Kills the engine and what dies with it anyway a moment later (its containerd and port proxies
   * have it as their parent-death signal); the containers and their shims run on.
   */
  void kill(ProcessId process) {
    List<ProcessId> children = process.children();
    process.kill();
    children.forEach(ProcessId::kill);
    if (!Patience.await(
        KILL_LIMIT, () -> !process.isAlive() && children.stream().noneMatch(ProcessId::isAlive))) {
      throw new LabException(
          "the engine of %s (pid %d) is still there after SIGKILL"
              .formatted(hostname, process.pid()));
    }
    removeSocket();
  }

  void removeSocket() {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new LabException("cannot remove %s: %s".formatted(socket, e.getMessage()), e);
    }
  }

  private String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log());
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size()));
    } catch (IOException e) {
      return "(cannot be read: " + e.getMessage() + ")";
    }
  }
}
