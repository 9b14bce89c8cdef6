package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.berth.lab.LabHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What a container reaches of the cluster itself: nothing, though it reaches what is beside it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NetworkGuardIT {
  private static final String METADATA = "169.254.169.254";

  private static final Fleet FLEET = Fleet.shared();
  private static Docker acme;
  private static HttpServer beside;
  private static String device;

  /** A server on the hosts' network, also under the address where clouds keep their metadata. */
  @BeforeAll
  static void serve() throws IOException {
    acme = FLEET.tenant("guarded");
    acme.ok("run", "-d", "--name", "box", "busybox", "sleep", "6000");
    acme.ok("network", "create", "net");
    acme.ok("run", "-d", "--name", "other", "--network", "net", "busybox", "sleep", "6000");
    InetAddress gateway = InetAddress.getByName(FLEET.gateway());
    device =
        Command.of("ip", "-o", "-4", "addr", "show", "to", FLEET.gateway())
            .run()
            .ok()
            .out()
            .split("\\s+")[1];
    Command.of("ip", "addr", "add", METADATA + "/32", "dev", device).run().ok();
    beside = HttpServer.create(new InetSocketAddress(gateway, 0), 16);
    serveSecret(beside);
  }

  private static void serveSecret(HttpServer server) {
    server.createContext(
        "/",
        exchange -> {
          byte[] secret = "beside".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, secret.length);
          exchange.getResponseBody().write(secret);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    beside.stop(0);
    Command.of("ip", "addr", "del", METADATA + "/32", "dev", device).run();
    FLEET.berth("tenant", "rm", "--force", "guarded").ok();
  }

  private static Outcome get(String container, String address, int port) {
    return acme.run("exec", container, "wget", "-q", "-O", "-", "http://" + address + ":" + port);
  }

  private static Outcome connect(String container, String address, int port) {
    return acme.run(
        "exec", container, "sh", "-c", "nc -w 3 %s %d </dev/null".formatted(address, port));
  }

  @Test
  @Order(1)
  void a_container_does_not_reach_the_address_of_a_clouds_metadata() throws IOException {
    HttpServer metadata = HttpServer.create(new InetSocketAddress(METADATA, 0), 16);
    serveSecret(metadata);
    try {
      int port = metadata.getAddress().getPort();
      LabHost host = FLEET.hosts().getFirst();
      assertThat(
              host.run("sh", "-c", "busybox nc -w 3 %s %d </dev/null".formatted(METADATA, port))
                  .exitCode())
          .as("the host itself gets there")
          .isZero();
      for (String container : new String[] {"box", "other"}) {
        assertThat(get(container, FLEET.gateway(), beside.getAddress().getPort()).out())
            .as("a server beside it, on the same way")
            .isEqualTo("beside");
        assertThat(get(container, METADATA, port).exits(1).out()).isEmpty();
      }
    } finally {
      metadata.stop(0);
    }
  }

  @Test
  @Order(1)
  void a_container_reaches_neither_zookeeper_nor_the_managers_own_port_nor_an_agent() {
    String[] zookeeper = FLEET.zooKeeper().split(":");
    String[] cluster = FLEET.runState().path("cluster").asText().split(":");
    for (String container : new String[] {"box", "other"}) {
      connect(container, FLEET.gateway(), beside.getAddress().getPort()).ok();
      connect(container, zookeeper[0], Integer.parseInt(zookeeper[1])).exits(1);
      connect(container, cluster[0], Integer.parseInt(cluster[1])).exits(1);
      for (LabHost host : FLEET.hosts()) {
        String agent = host.address().getHostAddress();
        // Of a host that has just come, the others hear a moment later.
        Eventually.get(() -> connect(container, agent, 2378).exit(), code -> code == 1);
      }
    }
  }

  @Test
  @Order(1)
  void published_ports_stay_in_reach_of_containers() {
    acme.ok("run", "-d", "--name", "web", "-p", "28999:80", "busybox", "httpd", "-f", "-h", "/etc");
    String host = acme.ok("port", "web").replaceAll(".*-> ", "");
    String address = host.substring(0, host.lastIndexOf(':'));
    assertThat(
            acme.ok(
                "exec", "other", "wget", "-q", "-O", "-", "http://" + address + ":28999/hostname"))
        .isNotEmpty();
    acme.remove("web");
  }

  /** The last one: containers on that host end with their engine. */
  @Test
  @Order(2)
  void the_rules_are_made_again_when_somebody_takes_them_away_and_the_engine_begins_anew() {
    LabHost host = FLEET.hosts().getFirst();
    host.run("iptables", "-D", "DOCKER-USER", "-j", "BERTH-FORWARD");
    assertThat(host.run("iptables", "-S", "DOCKER-USER").output()).doesNotContain("BERTH");
    host.stopEngine();
    host.startEngine();
    Eventually.get(
        () -> host.run("iptables", "-S", "DOCKER-USER").output(),
        rules -> rules.contains("-j BERTH-FORWARD"));
  }
}
