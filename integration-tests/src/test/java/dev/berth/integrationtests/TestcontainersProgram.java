package dev.berth.integrationtests;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * What people do with Testcontainers, as a program of its own: where Docker is, it takes from its
 * environment, once for the whole process. Prints a line for each thing that worked.
 */
final class TestcontainersProgram {
  private static final DockerImageName BUSYBOX = DockerImageName.parse("busybox:latest");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private TestcontainersProgram() {}

  public static void main(String[] arguments) throws Exception {
    mappedPort();
    network();
    filesAndExec();
    done("all");
  }

  private static void done(String what) {
    System.out.println("done: " + what);
  }

  private static GenericContainer<?> busybox(String... command) {
    return new GenericContainer<>(BUSYBOX).withCommand(command).withStartupTimeout(PATIENCE);
  }

  private static void require(boolean condition, String sentence) {
    if (!condition) {
      throw new AssertionError(sentence);
    }
  }

  private static void mappedPort() throws Exception {
    try (GenericContainer<?> web =
        busybox("sh", "-c", "echo hello > /tmp/index.html; httpd -f -p 80 -h /tmp")
            .withExposedPorts(80)) {
      web.start();
      URI uri = URI.create("http://%s:%d/".formatted(web.getHost(), web.getMappedPort(80)));
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      require(answer.body().equals("hello\n"), "the page says " + answer.body());
      done("mapped port");
    }
  }

  private static void network() throws Exception {
    try (Network network = Network.newNetwork();
        GenericContainer<?> server =
            busybox("sh", "-c", "echo 'echo pong' > /say; echo ready; nc -ll -p 7 -e sh /say")
                .withNetwork(network)
                .withNetworkAliases("server")
                .waitingFor(Wait.forLogMessage(".*ready.*", 1));
        GenericContainer<?> client =
            busybox("sleep", "600").withNetwork(network).withExposedPorts()) {
      server.start();
      client.start();
      Container.ExecResult answer =
          client.execInContainer("sh", "-c", "nc -w 10 server 7 < /dev/null");
      require(answer.getStdout().equals("pong\n"), "the server says " + answer);
      done("network");
    }
  }

  private static void filesAndExec() throws Exception {
    try (GenericContainer<?> container =
        busybox("sh", "-c", "cat /given.txt; nc -ll -p 7 -e cat")
            .withCopyToContainer(Transferable.of("given before the start\n"), "/given.txt")
            .withExposedPorts(7)
            .waitingFor(Wait.forLogMessage(".*given before the start.*", 1))) {
      container.start();
      done("copied before the start, and the log waited for");
      container.copyFileToContainer(Transferable.of("to"), "/tmp/to.txt");
      Container.ExecResult exec =
          container.execInContainer("sh", "-c", "cat /tmp/to.txt; echo wrong >&2; exit 3");
      require(
          exec.getExitCode() == 3
              && exec.getStdout().equals("to")
              && exec.getStderr().equals("wrong\n"),
          "the exec gave " + exec);
      done("exec");
      String back =
          container.copyFileFromContainer(
              "/tmp/to.txt", in -> new String(in.readAllBytes(), StandardCharsets.UTF_8));
      require(back.equals("to"), "the file came back as " + back);
      done("copied from");
      try (Socket socket = new Socket(container.getHost(), container.getMappedPort(7))) {
        socket.getOutputStream().write("echo".getBytes(StandardCharsets.UTF_8));
        socket.shutdownOutput();
        InputStream in = socket.getInputStream();
        String echo = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        require(echo.equals("echo"), "the echo is " + echo);
        done("a socket through the mapped port");
      }
      require(container.getLogs().contains("given before"), "the log is " + container.getLogs());
      done("logs");
    }
  }
}
