package dev.berth.agent.doctor;

import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.tls.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * That this machine and the manager have the same time, by the {@code Date} of any answer (RFC
 * 9110, 6.6.1), which is in whole seconds.
 *
 * @param tls by which the manager is known; empty when whoever answers is believed
 */
record ClockCheck(InetSocketAddress manager, Optional<SSLContext> tls, InstantSource clock)
    implements Check {
  private static final int CONNECT_MILLIS = 3_000;
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final Duration NOTED = Duration.ofSeconds(2);
  private static final Duration TOO_MUCH = Duration.ofSeconds(30);
  private static final String MEND =
      "Keep the time of both by NTP: apt-get install systemd-timesyncd, or chrony.";

  @Override
  public Finding look() {
    try {
      return judge(measure(tls.isPresent() ? tls.get() : believing()));
    } catch (SSLException e) {
      return tls.isPresent() ? lookBelieving(e) : unknown(e);
    } catch (IOException | GeneralSecurityException | DateTimeParseException e) {
      return unknown(e);
    }
  }

  /**
   * To a clock that is far off the manager's certificate is not good yet, or not any more: the time
   * is all that is taken from whoever answers.
   */
  private Finding lookBelieving(SSLException why) {
    Duration skew;
    try {
      skew = measure(believing());
    } catch (IOException | GeneralSecurityException | DateTimeParseException e) {
      return unknown(e);
    }
    return skew.compareTo(TOO_MUCH) < 0
        ? Finding.warning(
            "clock",
            "who answers at the manager's address is not believed, and the clock is not why: "
                + why.getMessage(),
            "Look whether the address is still the manager's, and whether this host's certificate"
                + " has expired: then it joins anew.")
        : judge(skew);
  }

  private static Finding unknown(Exception e) {
    return Finding.warning(
        "clock",
        "the manager's time is not known: " + e.getMessage(),
        "See to it that the manager is reached, and look again.");
  }

  private Duration measure(SSLContext context) throws IOException {
    Instant before = clock.instant();
    Instant there = ask(context);
    return skew(before, there, clock.instant());
  }

  private static Finding judge(Duration skew) {
    if (skew.compareTo(NOTED) < 0) {
      return Finding.ok("clock", "this machine's time is the manager's");
    }
    String what =
        "this machine's time and the manager's are %d s apart".formatted(skew.toSeconds());
    return skew.compareTo(TOO_MUCH) < 0
        ? Finding.warning("clock", what + ": logs and events are told in the wrong order", MEND)
        : Finding.failure("clock", what + ": certificates may not be good yet, or any more", MEND);
  }

  /** By how much they are apart at the least, as the other's second began some time before. */
  static Duration skew(Instant before, Instant there, Instant after) {
    if (there.isAfter(after)) {
      return Duration.between(after, there);
    }
    Instant latest = there.plusSeconds(1);
    return latest.isBefore(before) ? Duration.between(latest, before) : Duration.ZERO;
  }

  private static SSLContext believing() throws GeneralSecurityException {
    SSLContext believing = SSLContext.getInstance("TLSv1.3");
    believing.init(new KeyManager[0], new TrustManager[] {new Believing()}, null);
    return believing;
  }

  private Instant ask(SSLContext context) throws IOException {
    InetSocketAddress resolved = new InetSocketAddress(manager.getHostString(), manager.getPort());
    try (SSLSocket socket = TlsContexts.connect(context, resolved, CONNECT_MILLIS);
        HttpCall call = new HttpCall(new TcpConnection(socket))) {
      call.readTimeout(ANSWER);
      call.send(new RequestHead("GET", "/", Headers.of("Host", "manager")), new byte[0]);
      ResponseHead head = call.receive();
      String date =
          head.headers().first("Date").orElseThrow(() -> new IOException("it does not tell it"));
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }
  }
}
