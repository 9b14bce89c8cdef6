package dev.berth.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.id.HostId;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.JoinToken;
import dev.berth.common.tls.TlsContexts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes this host part of a cluster: its certificate, and where ZooKeeper is. Got once with a
 * join token, and kept in the agent's directory.
 *
 * @param servers as ZooKeeper's clients take it
 */
record Membership(HostId id, Credentials credentials, String servers) {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final JsonMapper JSON = new JsonMapper();

  /** The file that says where ZooKeeper is. */
  static final String SERVERS = "zookeeper";

  /** The file that says which manager let this host in. */
  static final String MANAGER = "manager";

  private static final int CONNECT_MILLIS = 10_000;
  private static final int JOIN_ATTEMPTS = 30;
  private static final Duration JOIN_PAUSE = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  static Path credentialFiles(Path data) {
    return data.resolve("credentials");
  }

  /** Looks at the machine before it shows its token. */
  @FunctionalInterface
  interface JoinCheck {
    void look(Join join) throws IOException;
  }

  /** The membership that the directory holds, or one that the token gets. */
  static Membership open(Path data, Optional<Join> join, String name, JoinCheck check)
      throws IOException, GeneralSecurityException {
    Optional<Credentials> kept = Credentials.load(credentialFiles(data));
    Path servers = data.resolve(SERVERS);
    if (kept.isPresent() && isOver(kept.get())) {
      LOG.atWarn()
          .log("this host's certificate ended while it was away: it can join anew with a token");
      kept = Optional.empty();
    }
    if (kept.isPresent() && Files.exists(servers) && isOfTheCluster(kept.get(), join)) {
      return new Membership(
          new HostId(kept.get().self().name()), kept.get(), Files.readString(servers).strip());
    }
    Join joining =
        join.orElseThrow(
            () ->
                new IOException(
                    "this host is in no cluster, or no longer: get a token with 'berth host token create' on"
                        + " the manager, and start with --join TOKEN@HOST:PORT"));
    awaitManager(joining);
    check.look(joining);
    Membership fresh = join(joining, name);
    Files.createDirectories(data);
    Files.writeString(servers, fresh.servers() + "\n");
    InetSocketAddress manager = joining.manager();
    Files.writeString(
        data.resolve(MANAGER), "%s:%d%n".formatted(manager.getHostString(), manager.getPort()));
    fresh.credentials().save(credentialFiles(data));
    return fresh;
  }

  private static boolean isOver(Credentials kept) {
    return Instant.now().isAfter(kept.chain().getFirst().getNotAfter().toInstant());
  }

  /** A token of another cluster than the one that this host was in takes it over there. */
  private static boolean isOfTheCluster(Credentials kept, Optional<Join> join)
      throws GeneralSecurityException {
    if (join.isEmpty()) {
      return true;
    }
    String wanted = JoinToken.parse(join.get().token()).fingerprint();
    for (X509Certificate authority : kept.trusted()) {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(authority.getEncoded());
      if (HexFormat.of().formatHex(hash).equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** Waits for a manager that is not there yet, as when both are started together. */
  private static void awaitManager(Join join) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try (Socket socket = new Socket()) {
        socket.connect(resolved(join), CONNECT_MILLIS);
        return;
      } catch (ConnectException e) {
        if (attempt == JOIN_ATTEMPTS) {
          throw new IOException(
              "nobody listens at %s: is the manager up, and is this its cluster address?"
                  .formatted(join.manager()),
              e);
        }
        LOG.atInfo().addKeyValue("manager", join.manager()).log("waiting for the manager");
        LockSupport.parkNanos(JOIN_PAUSE.toNanos());
        if (Thread.interrupted()) {
          throw new InterruptedIOException("interrupted while waiting for the manager");
        }
      }
    }
  }

  /** As a command line gives it, the host's name is not looked up yet. */
  private static InetSocketAddress resolved(Join join) {
    return new InetSocketAddress(join.manager().getHostString(), join.manager().getPort());
  }

  private static Membership join(Join join, String name)
      throws IOException, GeneralSecurityException {
    InetSocketAddress manager = resolved(join);
    JoinToken token = JoinToken.parse(join.token());
    Credentials.Request request = Credentials.request();
    byte[] body =
        JSON.writeValueAsBytes(
            JSON.createObjectNode()
                .put("token", token.secret())
                .put("csr", request.csr())
                .put("name", name)
                .put("role", "agent"));
    try (SSLSocket socket =
            TlsContexts.connect(TlsContexts.pinned(token.fingerprint()), manager, CONNECT_MILLIS);
        HttpCall call = new HttpCall(new TcpConnection(socket))) {
      call.readTimeout(ANSWER);
      Headers headers = Headers.of("Host", "manager", "Content-Type", "application/json");
      call.send(new RequestHead("POST", "/join", headers), body);
      ResponseHead head = call.receive();
      JsonNode answer = JSON.readTree(call.responseBody().readAllBytes());
      if (head.status() / 100 != 2) {
        throw new IOException(
            "the manager at %s does not let this host in: %s"
                .formatted(join.manager(), answer.path("message").asText()));
      }
      return new Membership(
          new HostId(answer.path("hostId").asText()),
          request.signed(answer.path("certificate").asText(), answer.path("ca").asText()),
          answer.path("zookeeper").asText());
    }
  }
}
