package dev.berth.manager.ingress;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Forwards datagrams. Each client has a socket of its own towards the container, so that answers
 * find their way back, until it is silent for a while.
 */
final class UdpPort implements OpenPort {
  private static final int MAX_DATAGRAM = 65_507;

  /** As long as the kernel's connection tracking remembers a stream of datagrams. */
  private static final int SILENCE_MILLIS = 180_000;

  private final InetSocketAddress target;
  private final Room room;
  private final List<DatagramSocket> listeners = new ArrayList<>();
  private final Map<Client, DatagramSocket> clients = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private record Client(DatagramSocket at, SocketAddress address) {}

  private UdpPort(InetSocketAddress target, Room room) {
    this.target = target;
    this.room = room;
  }

  /**
   * Listens on that port of each address.
   *
   * @param room how many clients more there may be; datagrams of others are dropped
   * @throws IOException when one of the addresses is taken: then none is listened on
   */
  static UdpPort open(List<InetAddress> addresses, int port, InetSocketAddress target, Room room)
      throws IOException {
    UdpPort opened = new UdpPort(target, room);
    try {
      for (InetAddress address : addresses) {
        opened.listeners.add(new DatagramSocket(port, address));
      }
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    for (DatagramSocket listener : opened.listeners) {
      Thread.ofVirtual().name("ingress-udp-" + port).start(() -> receive(opened, listener));
    }
    return opened;
  }

  private static void receive(UdpPort port, DatagramSocket listener) {
    byte[] buffer = new byte[MAX_DATAGRAM];
    while (!port.closed) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        listener.receive(packet);
        port.forward(new Client(listener, packet.getSocketAddress()), packet);
      } catch (IOException e) {
        if (listener.isClosed()) {
          return;
        }
        // One datagram is lost, as datagrams may be.
      }
    }
  }

  private void forward(Client client, DatagramPacket packet) throws IOException {
    DatagramSocket service = clients.get(client);
    if (service == null) {
      if (!room.tryAcquire()) {
        return;
      }
      service = connect(client);
    }
    service.send(new DatagramPacket(packet.getData(), packet.getLength(), target));
  }

  private DatagramSocket connect(Client client) throws IOException {
    DatagramSocket service;
    try {
      service = new DatagramSocket();
      service.connect(target);
      service.setSoTimeout(SILENCE_MILLIS);
    } catch (IOException e) {
      room.release();
      throw e;
    }
    clients.put(client, service);
    if (closed) {
      service.close();
    }
    Thread.ofVirtual().name("ingress-udp-back").start(() -> back(client, service));
    return service;
  }

  private void back(Client client, DatagramSocket service) {
    byte[] buffer = new byte[MAX_DATAGRAM];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        service.receive(packet);
        client.at().send(new DatagramPacket(buffer, packet.getLength(), client.address()));
      }
    } catch (SocketTimeoutException e) {
      // The container says no more; should the client go on, it is a new one.
    } catch (IOException e) {
      // Nobody listens there, or this port is closed.
    } finally {
      clients.remove(client, service);
      service.close();
      room.release();
    }
  }

  @Override
  public void close() {
    closed = true;
    listeners.forEach(DatagramSocket::close);
    clients.values().forEach(DatagramSocket::close);
  }
}
