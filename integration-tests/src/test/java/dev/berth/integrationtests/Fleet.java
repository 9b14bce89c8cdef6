package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.lab.Lab;
import dev.berth.lab.LabHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A running cluster on lab hosts, started and stopped by the {@code berth} command itself.
 *
 * <p>Most tests share one: {@link #shared}. Tests that kill parts of it start their own.
 */
final class Fleet implements AutoCloseable {
  private static final int HOSTS = 3;

  /** Where the lab's networks are, and with them the registries of the tests. */
  private static final String REGISTRIES = "10.0.0.0/8";

  /** Started at the first use, and taken down when the tests' JVM ends. */
  private static final class Shared {
    static final Fleet FLEET = start();

    private static Fleet start() {
      Fleet fleet = Fleet.start(HOSTS);
      Runtime.getRuntime().addShutdownHook(new Thread(fleet::close));
      return fleet;
    }
  }

  private final Path data;
  private final Map<String, String> env;
  private final Map<String, Docker> tenants = new ConcurrentHashMap<>();

  private Fleet(Path data, Map<String, String> env) {
    this.data = data;
    this.env = env;
  }

  static Fleet shared() {
    return Shared.FLEET;
  }

  static Fleet start(int hosts) {
    return start(hosts, Map.of());
  }

  /** The same, configured by these variables. */
  static Fleet start(int hosts, Map<String, String> env) {
    try {
      Fleet fleet = new Fleet(Files.createTempDirectory("berth-it-"), env);
      fleet.up(hosts);
      return fleet;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One host with an engine that is there already, configured by these variables. */
  static Fleet at(Path engineSocket, Map<String, String> env) {
    try {
      Fleet fleet = new Fleet(Files.createTempDirectory("berth-it-"), env);
      fleet.up(engineSocket);
      return fleet;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A manager without hosts, configured by these variables. */
  static Fleet withoutHosts(Map<String, String> env) {
    try {
      Fleet fleet = new Fleet(Files.createTempDirectory("berth-it-"), env);
      fleet
          .command(
              "manager",
              "--listen",
              "tcp://127.0.0.1:0",
              "--cluster",
              "127.0.0.1:0",
              "--set",
              "zookeeper.listen=127.0.0.1:0")
          .start();
      var _ =
          Eventually.get(
              Duration.ofSeconds(90), () -> fleet.berth("status").exit(), exit -> exit == 0);
      return fleet;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it, or starts it again on the data that it had. */
  void up(int hosts) {
    // The endpoint is another after each start.
    tenants.clear();
    berth(
            "up",
            "--detach",
            "--lab",
            Integer.toString(hosts),
            "--insecure-registry",
            REGISTRIES,
            "--listen",
            "tcp://127.0.0.1:0",
            "--listen",
            "tls://127.0.0.1:0")
        .ok();
  }

  /** The same for one host with an engine that is there already. */
  void up(Path engineSocket) {
    tenants.clear();
    berth("up", "--detach", "--engine", engineSocket.toString(), "--listen", "tcp://127.0.0.1:0")
        .ok();
  }

  Path data() {
    return data;
  }

  /**
   * All files and directories in its data, but for what the engines of a lab's hosts keep: there
   * some go while others are looked at.
   */
  List<Path> tree() {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          data,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes is) {
              found.add(directory);
              boolean isEngines = data.relativize(directory).toString().matches("lab/h\\d+/data");
              return isEngines ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
              found.add(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Runs the {@code berth} command for this cluster. */
  Outcome berth(String... arguments) {
    return command(arguments).run();
  }

  /** The same, not run yet. */
  Command command(String... arguments) {
    Command command =
        Command.of(words(arguments).toArray(String[]::new))
            .env(Map.of("BERTH_DATA", data.toString(), "BERTH_MANAGER_IDLE_TIMEOUT", "10s"))
            .env(env)
            .within(Duration.ofMinutes(3));
    List<String> given = List.of(arguments);
    return InsideBerth.isFor(given) ? command.by(new InsideBerth(given)) : command;
  }

  /** What runs the {@code berth} command. */
  static List<String> words(String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.berth.cli.Main"));
    words.addAll(List.of(arguments));
    return words;
  }

  /** The docker CLI as a user of that tenant, which is made when it is missing. */
  Docker tenant(String name) {
    return tenants.computeIfAbsent(
        name,
        tenant -> {
          berth("tenant", "create", tenant);
          return new Docker(exports(berth("env", "--tenant", tenant).ok()));
        });
  }

  /** The same for a tenant of that name that was removed. */
  Docker tenantAnew(String name) {
    tenants.remove(name);
    return tenant(name);
  }

  /** The docker CLI as what {@code berth env} printed says. */
  static Docker docker(Outcome exports) {
    return new Docker(exports(exports));
  }

  /** The same over TLS. */
  Docker tenantOverTls(String name) {
    tenant(name);
    return new Docker(exports(berth("env", "--tenant", name, "--tls").ok()));
  }

  private static Map<String, String> exports(Outcome outcome) {
    Map<String, String> env = new HashMap<>();
    for (String line : outcome.lines()) {
      if (line.startsWith("export ")) {
        int equals = line.indexOf('=');
        String value = line.substring(equals + 1);
        if (value.startsWith("'")) {
          value = value.substring(1, value.lastIndexOf('\''));
        }
        env.put(line.substring("export ".length(), equals), value);
      }
    }
    assertThat(env).containsKeys("DOCKER_HOST", "DOCKER_CONFIG");
    return env;
  }

  Lab lab() {
    return Lab.open(data.resolve("lab"));
  }

  List<LabHost> hosts() {
    return lab().hosts();
  }

  /** The docker CLI at the engine of that host, counted from 0. */
  Docker engine(int host) {
    return Docker.at(hosts().get(host).engineSocket());
  }

  JsonNode runState() {
    try {
      return new JsonMapper().readTree(data.resolve("run.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs an agent on a host of the lab that has none, by the line that a new token prints.
   *
   * @param options of the token
   * @return the agent's log
   */
  Path join(LabHost host, String... options) {
    List<String> token = new ArrayList<>(List.of("host", "token", "create"));
    token.addAll(List.of(options));
    String line = berth(token.toArray(String[]::new)).ok().out();
    Path log = data.resolve(host.name() + ".log");
    host.spawn(
        words(
            "agent",
            "--data",
            data.resolve(host.name()).toString(),
            "--engine",
            host.engineSocket().toString(),
            "--name",
            host.name(),
            "--listen",
            host.address().getHostAddress() + ":2378"),
        Map.of(
            "BERTH_JOIN",
            line.substring(line.indexOf("--join ") + "--join ".length()).strip(),
            "BERTH_AGENT_GROUPS",
            host.tenantGroups()),
        log);
    return log;
  }

  /** This machine's address on the lab's network. */
  String gateway() {
    return lab().gateway().getHostAddress();
  }

  /** Where the hosts reach ZooKeeper, as host:port. */
  String zooKeeper() {
    try (Stream<Path> files =
        Files.walk(data.resolve("lab").resolve("cluster").resolve("agents"))) {
      return Files.readString(
              files
                  .filter(file -> file.endsWith("zookeeper") && Files.isRegularFile(file))
                  .findFirst()
                  .orElseThrow())
          .strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process that runs the manager. */
  ProcessHandle manager() {
    return ProcessHandle.of(runState().path("pid").asLong()).orElseThrow();
  }

  /** The manager's resident memory, in bytes. */
  long managerMemory() {
    return managerMemory("VmRSS:");
  }

  /** The most that it has been since it was started or the last peak was forgotten, in bytes. */
  long managerPeak() {
    return managerMemory("VmHWM:");
  }

  void forgetManagerPeak() {
    try {
      Files.writeString(Path.of("/proc/" + manager().pid() + "/clear_refs"), "5");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long managerMemory(String kind) {
    try {
      return Files.readAllLines(Path.of("/proc/" + manager().pid() + "/status")).stream()
          .filter(line -> line.startsWith(kind))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    berth("down").ok();
    deleteTree();
  }

  private void deleteTree() {
    Command.of("rm", "-rf", data.toString()).run();
  }
}
