package dev.berth.agent;

import static org.awaitility.Awaitility.await;

import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.UnixConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real engine of its own for tests, with the image {@code busybox}. It has no network, and leaves
 * nothing behind when it is closed.
 */
public final class Dockerd implements AutoCloseable {
  private static final Duration START_BOUND = Duration.ofSeconds(60);

  private final Path directory;
  private Process process;

  private Dockerd(Path directory) {
    this.directory = directory;
  }

  /** Starts an engine and waits until it answers. */
  public static Dockerd start() {
    try {
      // Not the build's directory: the path of a unix socket has at most 107 bytes.
      Dockerd engine = new Dockerd(Files.createTempDirectory(Path.of("/tmp"), "berth-agent"));
      engine.launch();
      engine.importBusybox();
      return engine;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path socket() {
    return directory.resolve("docker.sock");
  }

  /** Starts the engine on the data it had. */
  public void launch() throws IOException {
    // A killed engine leaves these; while its containerd is a zombie, the next one waits for it.
    Files.deleteIfExists(directory.resolve("pid"));
    Files.deleteIfExists(directory.resolve("exec/containerd/containerd.pid"));
    process =
        new ProcessBuilder(
                "dockerd",
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + directory.resolve("exec"),
                "--pidfile=" + directory.resolve("pid"),
                "--host=unix://" + socket(),
                "--bridge=none",
                "--iptables=false")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    await().atMost(START_BOUND).until(this::answers);
  }

  private boolean answers() {
    try (HttpCall call = new HttpCall(UnixConnection.open(socket()))) {
      call.send(new RequestHead("GET", "/_ping", Headers.of("Host", "docker")));
      return call.receive().status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private void importBusybox() throws IOException {
    Path root = Files.createDirectories(directory.resolve("busybox"));
    Path bin = Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String name : List.of("sh", "cat", "echo", "sleep", "true", "dd", "wc", "seq")) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
    run(
        "tar -C '%s' -c . | docker -H unix://%s import -c 'CMD [\"sh\"]' -c 'ENV PATH=/bin' - busybox"
            .formatted(root, socket()));
  }

  /** Stops its processes with SIGSTOP: it accepts connections, and answers nothing. */
  public void hang() {
    run("kill -STOP " + process.pid());
  }

  public void unhang() {
    run("kill -CONT " + process.pid());
  }

  /** The engine's process dies at once, as its containers' processes do not. */
  public void kill() {
    process.destroyForcibly();
    await().until(() -> !process.isAlive());
  }

  /** How many connections to the engine's socket are open. */
  public int connections() {
    String listed = run("ss -xH state established src " + socket());
    return (int) listed.lines().filter(line -> !line.isBlank()).count();
  }

  /** What the command prints; fails with it when the command fails. */
  public static String run(String command) {
    try {
      Process shell = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
      shell.getOutputStream().close();
      String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!shell.waitFor(60, TimeUnit.SECONDS) || shell.exitValue() != 0) {
        throw new IllegalStateException(command + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> started = new ArrayList<>(process.descendants().toList());
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    started.forEach(ProcessHandle::destroyForcibly);
    run("grep -o ' %s[^ ]*' /proc/mounts | sort -r | xargs -r -n1 umount -l".formatted(directory));
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
