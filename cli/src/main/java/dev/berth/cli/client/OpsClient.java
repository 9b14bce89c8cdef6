package dev.berth.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.docker.DockerConfig;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.TlsContexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Calls one manager's operations API, a connection for each call. */
public final class OpsClient {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);
  private static final Duration REMOVE_LIMIT = Duration.ofMinutes(10);
  private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;

  /** A good answer. */
  public record Answer(Headers headers, JsonNode body) {}

  private final Target target;
  private final Optional<Credentials> certificate;

  public OpsClient(Target target) {
    this(target, Optional.empty());
  }

  /** As the user of a client certificate. */
  public OpsClient(Target target, Credentials certificate) {
    this(target, Optional.of(certificate));
  }

  private OpsClient(Target target, Optional<Credentials> certificate) {
    this.target = target;
    this.certificate = certificate;
  }

  /**
   * Asks for something.
   *
   * @throws CommandFailure with the manager's own sentence when it refuses, or with what stands in
   *     the way
   */
  public JsonNode get(String path) {
    return exchange("GET", path, MissingNode.getInstance()).body();
  }

  /** Sends something; fails as {@link #get} does. */
  public Answer post(String path, JsonNode body) {
    return exchange("POST", path, body);
  }

  /** Puts something in its place; fails as {@link #get} does. */
  public Answer put(String path, JsonNode body) {
    return exchange("PUT", path, body);
  }

  /** Removes something; fails as {@link #get} does. */
  public JsonNode delete(String path) {
    return exchange("DELETE", path, MissingNode.getInstance()).body();
  }

  /**
   * Reads an answer that goes on, line by line, until the manager ends it; fails as {@link #get}
   * does.
   */
  public void lines(String path, Consumer<JsonNode> each) {
    exchange(
        "GET",
        path,
        MissingNode.getInstance(),
        call -> {
          call.readTimeout(Duration.ZERO);
          BufferedReader lines =
              new BufferedReader(
                  new InputStreamReader(call.responseBody(), StandardCharsets.UTF_8));
          String line;
          while ((line = lines.readLine()) != null) {
            each.accept(JSON.readTree(line));
          }
          return MissingNode.getInstance();
        });
  }

  /** What to do with a good answer's body. */
  @FunctionalInterface
  private interface Reader {
    JsonNode read(HttpCall call) throws IOException;
  }

  private Answer exchange(String method, String path, JsonNode body) {
    return exchange(
        method, path, body, call -> parse(call.responseBody().readNBytes(MAX_ANSWER_BYTES)));
  }

  private Answer exchange(String method, String path, JsonNode body, Reader reader) {
    try (Socket socket = connect()) {
      HttpCall call = new HttpCall(new TcpConnection(socket));
      call.readTimeout(method.equals("DELETE") ? REMOVE_LIMIT : READ_LIMIT);
      RequestHead head = new RequestHead(method, path, headers(!body.isMissingNode()));
      if (body.isMissingNode()) {
        call.send(head);
      } else {
        call.send(head, JSON.writeValueAsBytes(body));
      }
      ResponseHead answer = call.receive();
      if (answer.status() / 100 != 2) {
        throw refused(answer.status(), call.responseBody().readNBytes(MAX_ANSWER_BYTES));
      }
      return new Answer(answer.headers(), reader.read(call));
    } catch (ConnectException e) {
      throw new CommandFailure(
          "cannot connect to the manager at %s: is it running? Start it with `berth up`"
              .formatted(target.uri()),
          e);
    } catch (UnknownHostException e) {
      throw new CommandFailure(
          "cannot find the manager at %s: its host name is not known".formatted(target.uri()), e);
    } catch (SSLException e) {
      throw new CommandFailure(
          "cannot trust the manager at %s: %s: check that ca.pem is this cluster's"
              .formatted(target.uri(), e.getMessage()),
          e);
    } catch (IOException e) {
      throw new CommandFailure(
          "the manager at %s did not answer: %s".formatted(target.uri(), e.getMessage()), e);
    }
  }

  private Headers headers(boolean hasBody) {
    Headers headers =
        Headers.of(
            "Host",
            target.uri().getRawAuthority(),
            "User-Agent",
            "berth",
            "Accept",
            "application/json",
            "Connection",
            "close");
    if (hasBody) {
      headers = headers.with("Content-Type", "application/json");
    }
    if (target.identity().isPresent()) {
      DockerConfig.Identity who = target.identity().get();
      headers =
          headers
              .with(DockerConfig.TOKEN_HEADER, who.token())
              .with(DockerConfig.TENANT_HEADER, who.tenant());
    }
    return headers;
  }

  private Socket connect() throws IOException {
    String host = target.uri().getHost().replaceAll("[\\[\\]]", "");
    Socket socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(host, target.uri().getPort()),
          Math.toIntExact(CONNECT_LIMIT.toMillis()));
      socket.setTcpNoDelay(true);
      if (target.ca().isEmpty()) {
        return socket;
      }
      SSLSocket tls =
          (SSLSocket)
              context(target.ca().get())
                  .getSocketFactory()
                  .createSocket(socket, host, target.uri().getPort(), true);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.setSoTimeout(Math.toIntExact(READ_LIMIT.toMillis()));
      tls.startHandshake();
      return tls;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private SSLContext context(Path ca) throws IOException {
    if (certificate.isEmpty()) {
      return Trust.in(ca);
    }
    try {
      return TlsContexts.mutual(certificate.get());
    } catch (GeneralSecurityException e) {
      throw new CommandFailure("cannot use the client certificate: " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(byte[] bytes) throws IOException {
    return bytes.length == 0 ? MissingNode.getInstance() : JSON.readTree(bytes);
  }

  /** The sentence of an engine's error, or of a Keystone's. */
  private CommandFailure refused(int status, byte[] bytes) throws IOException {
    String message;
    try {
      JsonNode body = parse(bytes);
      message = body.path("message").asText(body.path("error").path("message").asText());
    } catch (JsonProcessingException e) {
      message = "";
    }
    if (!message.isEmpty()) {
      return new CommandFailure(message);
    }
    return new CommandFailure(
        status == 401
            ? "the manager at %s does not know who you are: log in with `berth login`"
                .formatted(target.uri())
            : "the manager at %s answered with status %d".formatted(target.uri(), status));
  }
}
