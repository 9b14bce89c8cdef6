package dev.berth.manager;

import dev.berth.common.tls.Authority;
import dev.berth.common.tls.OwnCredentials;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.manager.cluster.HostCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This manager's certificate: made at each start, and anew when a third of its life is left. */
final class OwnCertificate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnCertificate.class);

  private final Authority authority;
  private final Peer self;
  private final List<String> names;
  private final Duration lifetime;
  private final InstantSource clock;
  private final OwnCredentials own;
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("own-certificate").factory());

  private OwnCertificate(
      Authority authority,
      Peer self,
      List<String> names,
      Duration lifetime,
      InstantSource clock,
      OwnCredentials own) {
    this.authority = authority;
    this.self = self;
    this.names = names;
    this.lifetime = lifetime;
    this.clock = clock;
    this.own = own;
  }

  /**
   * Makes one for the manager of that id, and keeps it good.
   *
   * @param files the directory that it is written to
   */
  static OwnCertificate start(
      Authority authority,
      String id,
      List<String> names,
      Duration lifetime,
      Path files,
      InstantSource clock)
      throws IOException, GeneralSecurityException {
    Peer self = new Peer(PeerRole.MANAGER, id);
    var first = authority.issueHere(self, names, lifetime);
    first.save(files);
    OwnCertificate certificate =
        new OwnCertificate(
            authority, self, names, lifetime, clock, OwnCredentials.of(files, first));
    long millis = HostCertificates.pause(lifetime).toMillis();
    var _ =
        certificate.rounds.scheduleWithFixedDelay(
            certificate::round, millis, millis, TimeUnit.MILLISECONDS);
    return certificate;
  }

  OwnCredentials credentials() {
    return own;
  }

  private void round() {
    if (!HostCertificates.isDue(own.ends(), lifetime, clock.instant())) {
      return;
    }
    try {
      own.renew(authority.issueHere(self, names, lifetime));
      LOG.atInfo().addKeyValue("until", own.ends()).log("the manager's certificate was renewed");
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      LOG.atWarn().setCause(e).log("the manager's certificate was not renewed; trying again");
    }
  }

  @Override
  public void close() {
    rounds.shutdownNow();
  }
}
