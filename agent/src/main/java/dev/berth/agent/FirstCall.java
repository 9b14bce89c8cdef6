package dev.berth.agent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says so in the log when no manager comes: managers call agents, so that a host to which no way
 * leads, as behind NAT, has joined and still gets no work.
 */
final class FirstCall implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FirstCall.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CountDownLatch come = new CountDownLatch(1);
  private final String address;
  private final int port;

  /** At that address managers are told to call. */
  FirstCall(String address, int port) {
    this.address = address;
    this.port = port;
  }

  void start() {
    Thread.ofVirtual().name("first-call").start(this::watch);
  }

  private void watch() {
    try {
      if (!come.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        LOG.atWarn()
            .addKeyValue("address", address)
            .addKeyValue("port", port)
            .log(
                "no manager has called this agent yet: if this host is behind NAT or a firewall,"
                    + " set agent.advertise to where managers reach it, and let the port through");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A manager is here. */
  void come() {
    come.countDown();
  }

  /** Nobody needs to come any more. */
  @Override
  public void close() {
    come();
  }
}
