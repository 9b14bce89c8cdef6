package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the certificates of the hosts that are connected, on the manager that leads, when a third
 * of their life is left. A host that is shut out is not connected, and gets none.
 */
public final class HostCertificates implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostCertificates.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration SHORT = Duration.ofSeconds(15);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final int ROUNDS_OF_A_LIFE = 20;

  private final Hosts hosts;
  private final Authority authority;
  private final Duration lifetime;
  private final InstantSource clock;
  private final BooleanSupplier isLeading;
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("host-certificates").factory());

  /**
   * Begins with {@link #start}.
   *
   * @param lifetime of a new certificate
   */
  public HostCertificates(
      Hosts hosts,
      Authority authority,
      Duration lifetime,
      InstantSource clock,
      BooleanSupplier isLeading) {
    this.hosts = hosts;
    this.authority = authority;
    this.lifetime = lifetime;
    this.clock = clock;
    this.isLeading = isLeading;
  }

  /** How long to wait between looks at certificates that live for so long. */
  public static Duration pause(Duration lifetime) {
    Duration part = lifetime.dividedBy(ROUNDS_OF_A_LIFE);
    return part.compareTo(LONGEST_PAUSE) < 0 ? part : LONGEST_PAUSE;
  }

  /** Whether one that ends then is to be renewed now. */
  public static boolean isDue(Instant ends, Duration lifetime, Instant now) {
    return now.isAfter(ends.minus(lifetime.dividedBy(3)));
  }

  public void start() {
    long millis = pause(lifetime).toMillis();
    var _ = rounds.scheduleWithFixedDelay(this::round, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void round() {
    if (!isLeading.getAsBoolean()) {
      return;
    }
    for (HostLink host : hosts.links()) {
      if (hosts.isInSync(host.id())) {
        try {
          renewIfDue(host);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
          LOG.atWarn()
              .addKeyValue("host", host.id())
              .setCause(e)
              .log("the certificate of a host was not renewed; trying again");
        }
      }
    }
  }

  private void renewIfDue(HostLink host) throws IOException, GeneralSecurityException {
    EngineAnswer shown = host.askAgent(AgentApi.CERTIFICATE, SHORT);
    if (shown.status() == 404) {
      // An agent of an older version keeps the one that it joined with.
      return;
    }
    if (!isDue(ends(shown), lifetime, clock.instant())) {
      return;
    }
    EngineAnswer asked = host.tellAgent("POST", AgentApi.CERTIFICATE, new byte[0], SHORT);
    String chain =
        authority.issue(
            asked.json().path("csr").asText(),
            new Peer(PeerRole.AGENT, host.id().value()),
            List.of(),
            lifetime);
    EngineAnswer taken =
        host.tellAgent(
            "PUT",
            AgentApi.CERTIFICATE,
            JSON.writeValueAsBytes(
                JSON.createObjectNode()
                    .put("certificate", chain)
                    .put("ca", authority.certificatePem())),
            SHORT);
    if (!taken.isOk()) {
      throw new IOException(taken.message());
    }
    LOG.atInfo().addKeyValue("host", host.id()).log("the certificate of a host was renewed");
  }

  private static Instant ends(EngineAnswer shown) throws IOException {
    try {
      return Instant.parse(shown.json().path("ends").asText());
    } catch (DateTimeParseException e) {
      throw new IOException("the agent does not say when its certificate ends", e);
    }
  }

  @Override
  public void close() {
    rounds.shutdownNow();
  }
}
