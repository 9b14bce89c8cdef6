package dev.berth.manager;

import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.manager.cluster.PlacerDesk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Where other managers, and nobody else, come in to ask for places. */
final class PlacerDoor {
  private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;
  private static final int FORBIDDEN = 403;
  private static final int TOO_LARGE = 413;

  private final PlacerDesk desk;

  PlacerDoor(PlacerDesk desk) {
    this.desk = desk;
  }

  /**
   * Answers, when the request is one of these.
   *
   * @return whether it was; if not, nothing has been done
   */
  boolean handle(Exchange exchange) throws IOException {
    if (!exchange.request().target().startsWith(PlacerDesk.PREFIX)) {
      return false;
    }
    PlacerDesk.Answer answer = answer(exchange);
    exchange.respond(
        new ResponseHead(
            answer.status(),
            answer.status() == 200 ? "OK" : "Refused",
            Headers.of("Content-Type", "application/json")),
        answer.body().getBytes(StandardCharsets.UTF_8));
    return true;
  }

  private PlacerDesk.Answer answer(Exchange exchange) throws IOException {
    Optional<Peer> peer = exchange.certificate().filter(each -> each.role() == PeerRole.MANAGER);
    if (peer.isEmpty()) {
      return PlacerDesk.refusal(FORBIDDEN, "only managers ask for places");
    }
    byte[] body = exchange.body().readNBytes(MAX_BODY_BYTES + 1);
    return body.length > MAX_BODY_BYTES
        ? PlacerDesk.refusal(TOO_LARGE, "the request is too large")
        : desk.answer(exchange.request().target(), peer.get().name(), body);
  }
}
