package dev.berth.integrationtests;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** A real registry on this machine, which speaks plain HTTP and keeps its files for as long. */
final class Registry implements AutoCloseable {
  private final Path directory;
  private final Process process;
  private final String address;

  private Registry(Path directory, Process process, String address) {
    this.directory = directory;
    this.process = process;
    this.address = address;
  }

  /** Starts one that anybody may use. */
  static Registry open(String host, int port) {
    return start(host, port, "");
  }

  /** Starts one that asks for a name and a password. */
  static Registry guarded(String host, int port, String user, String password) {
    byte[] salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    return start(
        host, port, user + ":" + OpenBSDBCrypt.generate("2y", password.toCharArray(), salt, 5));
  }

  private static Registry start(String host, int port, String htpasswd) {
    try {
      Path directory = Files.createTempDirectory("berth-registry-");
      StringBuilder config = new StringBuilder("version: 0.1\n");
      config.append("log: {accesslog: {disabled: false}, level: info}\n");
      config
          .append("storage: {filesystem: {rootdirectory: ")
          .append(directory.resolve("files"))
          .append("}}\n");
      config.append("http: {addr: \"").append(host).append(':').append(port).append("\"}\n");
      if (!htpasswd.isEmpty()) {
        Path file = Files.writeString(directory.resolve("htpasswd"), htpasswd + "\n");
        config.append("auth: {htpasswd: {realm: test, path: ").append(file).append("}}\n");
      }
      Path file = Files.writeString(directory.resolve("config.yml"), config);
      Process process =
          new ProcessBuilder("docker-registry", "serve", file.toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                try (Socket socket = new Socket()) {
                  socket.connect(new InetSocketAddress(host, port), 500);
                  return true;
                } catch (IOException e) {
                  return false;
                }
              });
      return new Registry(directory, process, host + ":" + port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As it stands before a repository's name. */
  String address() {
    return address;
  }

  /** How many requests of that kind it was asked, as {@code GET /v2/x/blobs/}. */
  long asked(String method, String path) {
    try {
      List<String> log = Files.readAllLines(directory.resolve("log"), StandardCharsets.UTF_8);
      return log.stream().filter(line -> line.contains("\"" + method + " " + path)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    Command.of("rm", "-rf", directory.toString()).run();
  }
}
