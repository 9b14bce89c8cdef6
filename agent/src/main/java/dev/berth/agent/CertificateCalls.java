package dev.berth.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.agent.engine.Refusal;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.OwnCredentials;
import dev.berth.common.tls.Peer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the leader renew this host's certificate: the key is made here and never leaves. Safe for any
 * thread.
 */
final class CertificateCalls {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateCalls.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_BODY_BYTES = 64 * 1024;

  private final OwnCredentials own;

  // The key of the last request, which waits for its certificate. Guarded by this.
  private Optional<Credentials.Request> asked = Optional.empty();

  CertificateCalls(OwnCredentials own) {
    this.own = own;
  }

  /** Answers {@code GET} {@link dev.berth.common.wire.AgentApi#CERTIFICATE}. */
  void show(Exchange exchange) throws IOException {
    answer(exchange, JSON.createObjectNode().put("ends", own.ends().toString()));
  }

  /** Answers {@code POST} {@link dev.berth.common.wire.AgentApi#CERTIFICATE}. */
  void ask(Exchange exchange) throws IOException {
    Credentials.Request request;
    try {
      request = Credentials.request();
    } catch (GeneralSecurityException e) {
      throw new IOException("no key could be made", e);
    }
    synchronized (this) {
      asked = Optional.of(request);
    }
    answer(exchange, JSON.createObjectNode().put("csr", request.csr()));
  }

  /** Answers {@code PUT} {@link dev.berth.common.wire.AgentApi#CERTIFICATE}. */
  synchronized void take(Exchange exchange) throws IOException {
    byte[] body = exchange.body().readNBytes(MAX_BODY_BYTES);
    try {
      JsonNode given = JSON.readTree(body);
      Credentials fresh =
          asked
              .orElseThrow(() -> new GeneralSecurityException("none was asked for"))
              .signed(given.path("certificate").asText(), given.path("ca").asText());
      requireFit(fresh);
      own.renew(fresh);
      asked = Optional.empty();
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      LOG.atWarn().setCause(e).log("a new certificate was not taken");
      Refusal.BAD_REQUEST.answer(exchange, "this certificate is not taken: " + e.getMessage());
      return;
    }
    LOG.atInfo().addKeyValue("until", own.ends()).log("certificate renewed");
    exchange.respond(new ResponseHead(204, "No Content", Headers.NONE), new byte[0]);
  }

  /**
   * It is for the key that was made for it, for this host, and by the authority that was pinned.
   */
  private void requireFit(Credentials fresh) throws GeneralSecurityException, IOException {
    if (fresh.chain().isEmpty()) {
      throw new GeneralSecurityException("there is none");
    }
    X509Certificate certificate = fresh.chain().getFirst();
    if (!own.now().trusted().equals(fresh.trusted())) {
      throw new GeneralSecurityException("it comes with another authority");
    }
    certificate.verify(fresh.trusted().getFirst().getPublicKey());
    certificate.checkValidity();
    if (!Peer.of(certificate).equals(own.now().self())) {
      throw new GeneralSecurityException("it is for " + Peer.of(certificate));
    }
    if (!fresh.isOfOneKey()) {
      throw new GeneralSecurityException("it is for another key");
    }
  }

  private static void answer(Exchange exchange, JsonNode json) throws IOException {
    exchange.respond(
        new ResponseHead(200, "OK", Headers.of("Content-Type", "application/json")),
        JSON.writeValueAsBytes(json));
  }
}
