package dev.berth.manager.keystone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.manager.tenant.IdentityException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks a Keystone about tokens: for a bounded time, for an answer of a bounded size, and only so
 * many questions at once. Safe for any thread.
 */
final class KeystoneClient implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final int MOST_AT_ONCE = 32;
  private static final int MAX_ANSWER_BYTES = 1024 * 1024;

  private final URI root;
  private final Duration patience;
  private final HttpClient http;
  private final Semaphore turns = new Semaphore(MOST_AT_ONCE, true);

  KeystoneClient(URI root, Optional<Path> ca, Duration patience) throws IOException {
    this.root = root;
    this.patience = patience;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER);
    if (ca.isPresent()) {
      builder.sslContext(trusting(ca.get()));
    }
    this.http = builder.build();
  }

  private static SSLContext trusting(Path ca) throws IOException {
    try (InputStream in = Files.newInputStream(ca)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + store.size(), each);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the certificate authority " + ca, e);
    }
  }

  /**
   * The token's own view of itself (Identity API v3, validate and show information for token);
   * empty when Keystone does not know the token, or not any more.
   *
   * @throws IdentityException.Unavailable when it gives no answer that says so
   */
  Optional<JsonNode> token(String secret) {
    return ask(
        request("/v3/auth/tokens?nocatalog")
            .header("X-Auth-Token", secret)
            .header("X-Subject-Token", secret)
            .build());
  }

  /** The tenants that the token may be used for (Identity API v2.0, list tenants). */
  Optional<JsonNode> tenants(String secret) {
    return ask(request("/v2.0/tenants").header("X-Auth-Token", secret).build());
  }

  /**
   * Who the token's user is in that tenant (Identity API v2.0, authenticate with a token): the only
   * call there that tells it to others than administrators. Empty when Keystone does not say.
   */
  Optional<JsonNode> access(String secret, String tenant) {
    ObjectNode body = JSON.createObjectNode();
    ObjectNode auth = body.putObject("auth").put("tenantId", tenant);
    auth.putObject("token").put("id", secret);
    HttpResponse<byte[]> answer =
        inTurn(
            request("/v2.0/tokens")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build());
    return switch (answer.statusCode()) {
      case 200, 203 -> {
        JsonNode access = json(answer.body()).path("access");
        if (!access.path("user").isObject()) {
          throw away("answers with no user", new IOException("no user"));
        }
        yield Optional.of(access);
      }
      case 400, 401, 403, 404, 405 -> Optional.empty();
      default -> throw away(answer);
    };
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(root + path))
        .timeout(patience)
        .header("Accept", "application/json");
  }

  private Optional<JsonNode> ask(HttpRequest request) {
    return read(inTurn(request));
  }

  private HttpResponse<byte[]> inTurn(HttpRequest request) {
    try {
      if (!turns.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw away("is asked too much at once", new TimeoutException());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away("was not asked", e);
    }
    try {
      return answer(request);
    } finally {
      turns.release();
    }
  }

  /** Of all of it: the time of a request ends with the head of its answer. */
  private HttpResponse<byte[]> answer(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw away("does not answer within %d ms".formatted(patience.toMillis()), e);
    } catch (ExecutionException e) {
      throw away("does not answer", e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw away("was not waited for", e);
    }
  }

  private Optional<JsonNode> read(HttpResponse<byte[]> answer) {
    return switch (answer.statusCode()) {
      case 200, 203 -> Optional.of(json(answer.body()));
      case 401, 403, 404 -> Optional.empty();
      default -> throw away(answer);
    };
  }

  private IdentityException.Unavailable away(HttpResponse<byte[]> answer) {
    return away("answers with the status " + answer.statusCode(), new IOException("no answer"));
  }

  private JsonNode json(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json != null && json.isObject()) {
        return json;
      }
      throw away("answers with what is no JSON object", new IOException("no object"));
    } catch (JsonProcessingException e) {
      throw away("answers with what is no JSON", e);
    } catch (IOException e) {
      throw away("answers with what cannot be read", e);
    }
  }

  IdentityException.Unavailable away(String what, Throwable cause) {
    return new IdentityException.Unavailable(
        "the Keystone at %s %s; try again in some seconds".formatted(root.getAuthority(), what),
        cause);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
