package dev.berth.manager.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** Passes connections on to a port, and can lose what comes back. */
final class LossyLine implements AutoCloseable {
  private static final int BUFFER_BYTES = 8192;
  private static final int MANY = 1_000;

  private final ServerSocket server;
  private final int target;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Semaphore turns = new Semaphore(0);
  private volatile boolean isHolding;

  LossyLine(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** From now on answers come only one by one. */
  void hold() {
    turns.drainPermits();
    isHolding = true;
  }

  /** Passes one answer on, when there is one. */
  void passOne() {
    turns.release();
  }

  /** Ends what is open, with the answers that were held; what comes then is passed on. */
  void cut() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
    isHolding = false;
    turns.release(MANY);
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(near);
        open.add(far);
        Thread.ofVirtual().start(() -> pass(near, far, false));
        Thread.ofVirtual().start(() -> pass(far, near, true));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pass(Socket from, Socket to, boolean isBack) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (isBack && isHolding) {
          turns.acquireUninterruptibly();
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // Cut.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
