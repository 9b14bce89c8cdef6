package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Published ports at the endpoint, whichever host has the container. */
final class IngressIT {
  private static final InetAddress ENDPOINT = InetAddress.getLoopbackAddress();

  private Docker docker;
  private Docker other;
  private Api api;

  @BeforeEach
  void tenants() {
    docker = Fleet.shared().tenant("ingress-it");
    other = Fleet.shared().tenant("ingress-other");
    api = Api.as(docker);
  }

  @AfterEach
  void cleanUp() {
    for (Docker tenant : List.of(docker, other)) {
      String ids = tenant.ok("ps", "-aq");
      if (!ids.isEmpty()) {
        tenant.remove(ids.split("\n"));
      }
    }
  }

  /** A port that nothing on this machine has, outside of those that Berth gives out. */
  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, ENDPOINT)) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String ask(int port, String text) throws IOException {
    try (Socket socket = new Socket(ENDPOINT, port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String says(int port) {
    try (Socket socket = new Socket(ENDPOINT, port)) {
      socket.setSoTimeout(20_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Runs a container that says a word to whoever connects. */
  private static String speaker(Docker tenant, String name, String publish, String word) {
    return tenant.ok(
        "run",
        "-d",
        "--name",
        name,
        "-p",
        publish,
        "busybox",
        "sh",
        "-c",
        "echo 'echo %s' > /say; nc -ll -p 80 -e sh /say".formatted(word));
  }

  @Test
  void a_fixed_port_is_found_at_the_endpoint_as_soon_as_run_returns() throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int port = freePort();
      ports.add(port);
      docker.ok("run", "-d", "-p", port + ":7", "busybox", "nc", "-ll", "-p", "7", "-e", "cat");
      try (Socket socket = new Socket(ENDPOINT, port)) {
        assertThat(socket.isConnected()).isTrue();
      }
    }
    List<String> inspect = new ArrayList<>(List.of("inspect", "-f", "{{.Node.Name}}"));
    inspect.addAll(docker.run("ps", "-q").ok().lines());
    assertThat(Set.copyOf(docker.run(inspect.toArray(String[]::new)).ok().lines()))
        .as("the hosts of the containers")
        .hasSizeGreaterThan(1);
    for (int port : ports) {
      Eventually.get(() -> echo(port), "over the fleet"::equals);
    }
  }

  private static String echo(int port) {
    try {
      return ask(port, "over the fleet");
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void twenty_megabytes_come_back_byte_for_byte() throws Exception {
    int port = freePort();
    docker.ok("run", "-d", "-p", port + ":7", "busybox", "nc", "-ll", "-p", "7", "-e", "cat");
    Eventually.get(() -> echo(port), "over the fleet"::equals);
    byte[] sent = new byte[20 << 20];
    new Random(7).nextBytes(sent);
    try (Socket socket = new Socket(ENDPOINT, port)) {
      CompletableFuture<Void> fed =
          CompletableFuture.runAsync(
              () -> {
                try {
                  socket.getOutputStream().write(sent);
                  socket.shutdownOutput();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              },
              Thread::startVirtualThread);
      InputStream in = socket.getInputStream();
      assertThat(in.readAllBytes()).isEqualTo(sent);
      fed.join();
    }
  }

  @Test
  void open_ports_are_unique_over_the_fleet_and_each_leads_to_its_container() {
    Set<String> ports = new HashSet<>();
    int count = 9;
    for (int i = 0; i < count; i++) {
      String name = "random" + i;
      speaker(i % 2 == 0 ? docker : other, name, "80", name);
    }
    for (int i = 0; i < count; i++) {
      String name = "random" + i;
      Docker tenant = i % 2 == 0 ? docker : other;
      String shown = tenant.ok("port", name, "80/tcp");
      String port = shown.substring(shown.lastIndexOf(':') + 1);
      assertThat(ports.add(port)).as("port %s of %s", port, name).isTrue();
      Eventually.get(() -> says(Integer.parseInt(port)), name::equals);
    }
  }

  @Test
  void an_open_port_is_inspected_as_it_was_asked_and_stays_after_a_restart() {
    speaker(docker, "asked", "80", "asked");
    JsonNode before = api.get("/containers/asked/json").json();
    assertThat(
            before
                .path("HostConfig")
                .path("PortBindings")
                .path("80/tcp")
                .path(0)
                .path("HostPort")
                .asText())
        .isIn("", "0");
    assertThat(before.path("Config").path("Labels").properties()).isEmpty();
    String port = docker.ok("port", "asked", "80/tcp");
    docker.ok("restart", "-t", "0", "asked");
    assertThat(docker.ok("port", "asked", "80/tcp")).isEqualTo(port);
  }

  @Test
  void publish_all_publishes_what_is_exposed() {
    docker.ok(
        "run",
        "-d",
        "--name",
        "all",
        "-P",
        "--expose",
        "80",
        "--expose",
        "81/udp",
        "busybox",
        "sh",
        "-c",
        "echo 'echo all' > /say; nc -ll -p 80 -e sh /say");
    assertThat(docker.run("port", "all").ok().lines()).hasSize(2);
    String shown = docker.ok("port", "all", "80/tcp");
    int port = Integer.parseInt(shown.substring(shown.lastIndexOf(':') + 1));
    Eventually.get(() -> says(port), "all"::equals);
    assertThat(
            api.get("/containers/all/json")
                .json()
                .path("HostConfig")
                .path("PortBindings")
                .properties())
        .isEmpty();
  }

  @Test
  void a_port_is_closed_while_its_container_is_stopped_and_open_again_afterwards() {
    int port = freePort();
    speaker(docker, "stopped", port + ":80", "here");
    Eventually.get(() -> says(port), "here"::equals);
    docker.ok("stop", "-t", "0", "stopped");
    assertThatThrownBy(() -> new Socket(ENDPOINT, port)).isInstanceOf(ConnectException.class);
    docker.ok("start", "stopped");
    Eventually.get(() -> says(port), "here"::equals);
    docker.ok("rm", "-f", "stopped");
    assertThatThrownBy(() -> new Socket(ENDPOINT, port)).isInstanceOf(ConnectException.class);
  }

  @Test
  void a_port_that_another_container_has_at_the_endpoint_is_told_and_stays_with_the_first() {
    int port = freePort();
    speaker(docker, "first", port + ":80", "first");
    Eventually.get(() -> says(port), "first"::equals);
    Outcome second =
        other
            .run(
                "run",
                "-d",
                "--name",
                "second",
                "-p",
                port + ":80",
                "busybox",
                "sh",
                "-c",
                "echo 'echo second' > /say; nc -ll -p 80 -e sh /say")
            .ok();
    assertThat(second.err())
        .contains("Published port %d/tcp is not offered at this endpoint".formatted(port))
        .contains("where another container has it; reach it at ");
    assertThat(says(port)).isEqualTo("first");
    // It keeps what it has while it is away: nobody gets its clients.
    docker.ok("stop", "-t", "0", "first");
    assertThatThrownBy(() -> new Socket(ENDPOINT, port)).isInstanceOf(ConnectException.class);
    docker.ok("rm", "first");
    Eventually.get(() -> says(port), "second"::equals);
  }

  @Test
  void a_port_that_this_machine_or_its_operator_keeps_is_told() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, ENDPOINT)) {
      assertThat(
              docker
                  .run("create", "-p", taken.getLocalPort() + ":80", "busybox", "true")
                  .ok()
                  .err())
          .contains("where something else listens on it");
    }
    assertThat(docker.run("create", "-p", "81:80", "busybox", "true").ok().err())
        .contains("Published port 81/tcp is not offered")
        .contains("whose operator keeps that port");
    assertThat(docker.run("create", "-p", freePort() + ":80", "busybox", "true").ok().err())
        .isEmpty();
  }

  @Test
  void datagrams_go_to_the_container_and_back() throws IOException {
    docker.command("import", "-", "perl").input(perl()).run().ok();
    int port = freePort();
    docker.ok(
        "run",
        "-d",
        "-p",
        port + ":5000/udp",
        "perl",
        "/usr/bin/perl",
        "-e",
        "use Socket; socket(S, PF_INET, SOCK_DGRAM, 0); bind(S, sockaddr_in(5000, INADDR_ANY));"
            + " while ($from = recv(S, $text, 1000, 0)) { send(S, uc $text, 0, $from); }");
    Eventually.get(() -> datagram(port, "hello"), "HELLO"::equals);
    docker.ok("rmi", "-f", "perl");
  }

  private static String datagram(int port, String text) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(1_000);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      socket.send(new DatagramPacket(bytes, bytes.length, ENDPOINT, port));
      DatagramPacket answer = new DatagramPacket(new byte[100], 100);
      socket.receive(answer);
      return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** This machine's perl and what it needs, as a root file system: busybox has no UDP. */
  private static InputStream perl() {
    Outcome tar =
        Command.of(
                "sh",
                "-c",
                "tar -chf - -C / $({ ldd /usr/bin/perl | grep -o '/[^ ]*'; echo /usr/bin/perl;"
                    + " perl -e 'print join \"\\n\", grep { m(/perl-base) } @INC'; }"
                    + " | sed 's,^/,,')")
            .run()
            .ok();
    return new java.io.ByteArrayInputStream(tar.bytes());
  }
}
