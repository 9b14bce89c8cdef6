package dev.berth.manager.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OpenPortTest {
  private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

  private final Semaphore places = new Semaphore(2);
  private final Room room = new Room(places, new Semaphore(2));
  private ServerSocket service;
  private int free;

  @BeforeEach
  void start() throws IOException {
    service = new ServerSocket(0, 50, LOCAL);
    try (ServerSocket probe = new ServerSocket(0, 1, LOCAL)) {
      free = probe.getLocalPort();
    }
  }

  @AfterEach
  void stop() throws IOException {
    service.close();
  }

  private TcpPort tcp() throws IOException {
    return TcpPort.open(
        List.of(LOCAL), free, new InetSocketAddress(LOCAL, service.getLocalPort()), room);
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.shutdownOutput();
  }

  @Test
  void either_side_may_end_first_and_still_hear_the_other() throws Exception {
    try (TcpPort _ = tcp()) {
      try (Socket client = new Socket(LOCAL, free);
          Socket server = service.accept()) {
        send(client, "question");
        assertThat(all(server)).isEqualTo("question");
        send(server, "answer");
        assertThat(all(client)).isEqualTo("answer");
      }
      try (Socket client = new Socket(LOCAL, free);
          Socket server = service.accept()) {
        send(server, "greeting");
        assertThat(all(client)).isEqualTo("greeting");
        send(client, "late");
        assertThat(all(server)).isEqualTo("late");
      }
      await().until(() -> places.availablePermits() == 2);
    }
  }

  @Test
  void closing_it_ends_the_connections_through_it_and_frees_the_port() throws Exception {
    TcpPort port = tcp();
    try (Socket client = new Socket(LOCAL, free);
        Socket _ = service.accept()) {
      CompletableFuture<Integer> end =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return client.getInputStream().read();
                } catch (IOException e) {
                  return -1;
                }
              },
              Thread::startVirtualThread);
      port.close();
      assertThat(end.join()).isEqualTo(-1);
    }
    assertThatThrownBy(() -> new Socket(LOCAL, free)).isInstanceOf(ConnectException.class);
    tcp().close();
  }

  @Test
  void a_port_that_is_taken_is_told_and_nothing_stays_open() throws Exception {
    InetAddress second = InetAddress.getByName("127.0.0.2");
    try (ServerSocket _ = new ServerSocket(free, 1, second)) {
      assertThatThrownBy(
              () ->
                  TcpPort.open(List.of(LOCAL, second), free, new InetSocketAddress(LOCAL, 1), room))
          .isInstanceOf(BindException.class);
    }
    tcp().close();
  }

  @Test
  void who_comes_when_there_is_no_room_is_cut_off_and_others_are_not() throws Exception {
    try (TcpPort _ = tcp();
        Socket first = new Socket(LOCAL, free);
        Socket server = service.accept();
        Socket _ = new Socket(LOCAL, free);
        Socket _ = service.accept();
        Socket third = new Socket(LOCAL, free)) {
      assertThat(endOf(third)).isTrue();
      send(first, "still there");
      assertThat(all(server)).isEqualTo("still there");
    }
  }

  private static boolean endOf(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void datagrams_find_their_way_back_to_each_client() throws Exception {
    try (DatagramSocket echo = new DatagramSocket(0, LOCAL);
        UdpPort _ =
            UdpPort.open(
                List.of(LOCAL), free, new InetSocketAddress(LOCAL, echo.getLocalPort()), room);
        DatagramSocket one = new DatagramSocket();
        DatagramSocket two = new DatagramSocket()) {
      Thread.ofVirtual().start(() -> echo(echo));
      for (int i = 0; i < 3; i++) {
        assertThat(ask(one, "one" + i)).isEqualTo("one" + i);
        assertThat(ask(two, "two" + i)).isEqualTo("two" + i);
      }
      assertThat(places.availablePermits()).isZero();
    }
    await().until(() -> places.availablePermits() == 2);
  }

  private String ask(DatagramSocket client, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    client.setSoTimeout(5_000);
    client.send(new DatagramPacket(bytes, bytes.length, LOCAL, free));
    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
    client.receive(answer);
    return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
  }

  private static void echo(DatagramSocket socket) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        socket.send(packet);
      }
    } catch (IOException e) {
      // The test is over.
    }
  }
}
