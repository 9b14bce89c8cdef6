package dev.berth.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClockCheckTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path directory;

  /** What a host of another cluster finds at a manager, with that time of its own. */
  private Finding atManagerOfOthers(Instant own) throws Exception {
    Authority there = Authority.open(directory.resolve("there"), "there");
    Authority here = Authority.open(directory.resolve("here"), "here");
    Credentials manager =
        there.issueHere(
            new Peer(PeerRole.MANAGER, "m1"),
            List.of("localhost", "127.0.0.1"),
            Duration.ofHours(1));
    Credentials host =
        here.issueHere(new Peer(PeerRole.AGENT, "h1"), List.of(), Duration.ofHours(1));
    try (HttpServer server =
        HttpServer.start(
            TlsContexts.listen(
                TlsContexts.mutual(manager),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TlsContexts.ClientCertificate.OPTIONAL),
            HttpServer.Limits.DEFAULT,
            exchange ->
                exchange.respond(new ResponseHead(404, "Not Found", Headers.NONE), new byte[0]))) {
      return new ClockCheck(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), server.address().getPort()),
              Optional.of(TlsContexts.mutual(host)),
              () -> own)
          .look();
    }
  }

  @Test
  void a_clock_that_is_so_wrong_that_the_manager_is_not_believed_is_a_failure() throws Exception {
    Finding finding = atManagerOfOthers(NOON.minus(Duration.ofDays(900)));

    assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.FAILURE);
    assertThat(finding.what()).contains("s apart");
    assertThat(finding.mend()).contains("NTP");
  }

  @Test
  void a_manager_that_is_not_believed_is_not_held_against_a_clock_that_is_right() throws Exception {
    Finding finding = atManagerOfOthers(InstantSource.system().instant());

    assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.WARNING);
    assertThat(finding.what()).contains("the clock is not why");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 100, 0",
    "900, 0, 1100, 0",
    "0, 1000, 100, 900",
    "5000, 0, 5100, 4000",
    "0, 60000, 100, 59900",
    "0, 0, 3000, 0",
  })
  void a_second_of_the_other_and_the_way_there_are_no_skew(
      long before, long there, long after, long skew) {
    assertThat(
            ClockCheck.skew(
                NOON.plusMillis(before), NOON.plusMillis(there), NOON.plusMillis(after)))
        .isEqualTo(Duration.ofMillis(skew));
  }
}
