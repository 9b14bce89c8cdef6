package dev.berth.manager.ingress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forwards connections, each direction until its own end. */
final class TcpPort implements OpenPort {
  private static final Logger LOG = LoggerFactory.getLogger(TcpPort.class);
  private static final int BACKLOG = 512;
  private static final int CONNECT_MILLIS = 5_000;

  private final InetSocketAddress target;
  private final Room room;
  private final List<ServerSocket> listeners = new ArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private TcpPort(InetSocketAddress target, Room room) {
    this.target = target;
    this.room = room;
  }

  /**
   * Listens on that port of each address.
   *
   * @param room how many connections more there may be; who comes beyond is cut off
   * @throws IOException when one of the addresses is taken: then none is listened on
   */
  static TcpPort open(List<InetAddress> addresses, int port, InetSocketAddress target, Room room)
      throws IOException {
    TcpPort opened = new TcpPort(target, room);
    try {
      for (InetAddress address : addresses) {
        opened.listeners.add(bind(address, port));
      }
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    for (ServerSocket listener : opened.listeners) {
      Thread.ofVirtual().name("ingress-tcp-" + port).start(() -> opened.accept(listener));
    }
    return opened;
  }

  static ServerSocket bind(InetAddress address, int port) throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(address, port), BACKLOG);
      return listener;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  private void accept(ServerSocket listener) {
    while (!closed) {
      Socket client;
      try {
        client = listener.accept();
      } catch (IOException e) {
        if (!closed) {
          LOG.atWarn().addKeyValue("port", listener.getLocalPort()).setCause(e).log("no accept");
        }
        return;
      }
      if (room.tryAcquire()) {
        sockets.add(client);
        Thread.ofVirtual().name("ingress").start(() -> serve(client));
      } else {
        close(client);
        LOG.atWarn().addKeyValue("port", listener.getLocalPort()).log("too many connections");
      }
    }
  }

  private void serve(Socket client) {
    Socket service = new Socket();
    try {
      sockets.add(service);
      if (closed) {
        return;
      }
      service.connect(target, CONNECT_MILLIS);
      tune(client);
      tune(service);
      Thread upward =
          Thread.ofVirtual().name("ingress-up").start(() -> copy(client, service, service));
      copy(service, client, client);
      upward.join();
    } catch (IOException e) {
      // The client sees a connection that ends, as from a port where nobody listens.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(client);
      close(service);
      sockets.remove(client);
      sockets.remove(service);
      room.release();
    }
  }

  /** Copies to the end of the input and passes that on; a failure ends both directions. */
  private void copy(Socket from, Socket to, Socket ended) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      ended.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void tune(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It is given up either way.
    }
  }

  @Override
  public void close() {
    closed = true;
    listeners.forEach(TcpPort::close);
    sockets.forEach(TcpPort::close);
  }
}
