package dev.berth.common.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class PumpTest {
  private Socket client;
  private Socket clientEnd;
  private Socket service;
  private Socket serviceEnd;
  private Thread pump;

  @BeforeEach
  void join() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
      client = new Socket(listener.getInetAddress(), listener.getLocalPort());
      clientEnd = listener.accept();
      service = new Socket(listener.getInetAddress(), listener.getLocalPort());
      serviceEnd = listener.accept();
    }
    TcpConnection left = new TcpConnection(clientEnd);
    TcpConnection right = new TcpConnection(serviceEnd);
    pump = Thread.ofVirtual().start(() -> Pump.join(left, right));
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    service.close();
    pump.join();
  }

  @Test
  void output_after_the_end_of_input_comes_back() throws IOException {
    client.getOutputStream().write("in".getBytes(StandardCharsets.UTF_8));
    client.shutdownOutput();
    assertThat(service.getInputStream().readAllBytes())
        .isEqualTo("in".getBytes(StandardCharsets.UTF_8));
    service.getOutputStream().write("out".getBytes(StandardCharsets.UTF_8));
    service.close();
    assertThat(client.getInputStream().readAllBytes())
        .isEqualTo("out".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_end_of_the_service_ends_a_client_that_has_more_to_say() throws Exception {
    service.getOutputStream().write("bye".getBytes(StandardCharsets.UTF_8));
    service.close();
    assertThat(client.getInputStream().readAllBytes())
        .isEqualTo("bye".getBytes(StandardCharsets.UTF_8));
    pump.join();
    assertThat(clientEnd.isClosed()).isTrue();
  }

  @Test
  void a_client_that_is_cut_off_ends_the_service() throws Exception {
    client.setSoLinger(true, 0);
    client.close();
    assertThat(service.getInputStream().read()).isEqualTo(-1);
    service.close();
    pump.join();
    assertThat(serviceEnd.isClosed()).isTrue();
  }
}
