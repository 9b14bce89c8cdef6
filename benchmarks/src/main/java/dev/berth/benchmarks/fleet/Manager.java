package dev.berth.benchmarks.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A manager with its own ZooKeeper, as a process of its own. */
final class Manager implements AutoCloseable {
  static final int PORT = 12_375;
  private static final int CLUSTER_PORT = 12_377;
  private static final int ZOOKEEPER_PORT = 12_181;

  private final Path data;
  private Process process;

  private Manager(Path data) {
    this.data = data;
  }

  static Manager start(Path data) throws IOException {
    Manager manager = new Manager(data);
    manager.start();
    return manager;
  }

  /** Starts it anew after {@link #kill}. */
  void start() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx6g",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.berth.cli.Main",
                "manager",
                "--data",
                data.toString(),
                "--listen",
                "tcp://127.0.0.1:" + PORT,
                "--cluster",
                "127.0.0.1:" + CLUSTER_PORT,
                "--set",
                "zookeeper.listen=127.0.0.1:" + ZOOKEEPER_PORT,
                "--set",
                "limits.requests-per-second=0"));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(data.resolve("simulation.log").toFile()))
            .start();
  }

  String zookeeper() {
    return "127.0.0.1:" + ZOOKEEPER_PORT;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String token() throws IOException {
    return Files.readString(data.resolve("admin-token")).strip();
  }

  /** What its heap holds after a collection, in bytes. */
  long heap() throws IOException, InterruptedException {
    jcmd("GC.run");
    String used = "";
    for (String line : jcmd("GC.heap_info").split("\n")) {
      if (line.contains(" used ")) {
        used = line.replaceFirst(".* used ([0-9]+)K.*", "$1");
        break;
      }
    }
    return Long.parseLong(used) * 1024;
  }

  private String jcmd(String word) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                word)
            .redirectErrorStream(true)
            .start();
    String text =
        new String(jcmd.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    jcmd.waitFor();
    return text;
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
