package dev.berth.manager.tenant;

import dev.berth.common.http.Headers;
import dev.berth.common.tls.Peer;
import java.util.Optional;

/** Finds out who calls. Safe for any thread. */
public interface Authenticator {

  /**
   * Who sends these headers, on a connection where it showed that certificate. A token in the
   * headers goes before a certificate.
   *
   * @throws RefusedCallerException with 401 for a missing, bad or expired token, 403 for a good one
   *     in a tenant that it does not belong to, 503 when it cannot be checked now
   */
  Caller authenticate(Headers headers, Optional<Peer> certificate);

  /** Whether these were found good lately, so that nobody need be asked. */
  default boolean knows(Headers headers, Optional<Peer> certificate) {
    return false;
  }
}
