package dev.berth.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What hijacked streams need of TLS, over real sockets. */
@Timeout(60)
final class TlsStreamTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir private Path directory;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Authority authority;
  private Credentials manager;
  private Credentials agent;

  @BeforeEach
  void issue() throws Exception {
    authority = Authority.open(directory.resolve("cluster"), "test");
    manager = authority.issueHere(new Peer(PeerRole.MANAGER, "m1"), List.of(), Duration.ofDays(1));
    agent = authority.issueHere(new Peer(PeerRole.AGENT, "h1"), List.of(), Duration.ofDays(1));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private record Pair(SSLSocket client, SSLSocket server) {}

  private Pair connect() throws Exception {
    return connect(TlsContexts.mutual(manager));
  }

  private Pair connect(SSLContext client) throws Exception {
    try (SSLServerSocket listener =
        TlsContexts.listen(
            TlsContexts.mutual(agent), ANY, TlsContexts.ClientCertificate.REQUIRED)) {
      Future<SSLSocket> accepted =
          threads.submit(
              () -> {
                SSLSocket socket = (SSLSocket) listener.accept();
                socket.startHandshake();
                return socket;
              });
      SSLSocket socket =
          TlsContexts.connect(client, (InetSocketAddress) listener.getLocalSocketAddress(), 5_000);
      return new Pair(socket, accepted.get());
    }
  }

  private static byte[] block(int megabytes) {
    byte[] bytes = new byte[megabytes * 1024 * 1024];
    new java.util.Random(megabytes).nextBytes(bytes);
    return bytes;
  }

  private static Callable<Boolean> sending(Socket socket, byte[] bytes) {
    return () -> {
      OutputStream out = socket.getOutputStream();
      for (int i = 0; i < bytes.length; i += 64 * 1024) {
        out.write(bytes, i, 64 * 1024);
      }
      socket.shutdownOutput();
      return true;
    };
  }

  @Test
  void after_the_end_of_the_clients_output_all_of_the_servers_still_arrives() throws Exception {
    Pair pair = connect();
    byte[] late = block(10);
    pair.client().getOutputStream().write(1);
    pair.client().shutdownOutput();
    InputStream in = pair.server().getInputStream();
    assertThat(in.read()).isEqualTo(1);
    assertThat(in.read()).isEqualTo(-1);
    Future<Boolean> sent = threads.submit(sending(pair.server(), late));
    assertThat(pair.client().getInputStream().readAllBytes()).isEqualTo(late);
    assertThat(sent.get()).isTrue();
  }

  @Test
  void after_the_end_of_the_servers_output_all_of_the_clients_still_arrives() throws Exception {
    Pair pair = connect();
    byte[] late = block(10);
    pair.server().shutdownOutput();
    assertThat(pair.client().getInputStream().read()).isEqualTo(-1);
    Future<Boolean> sent = threads.submit(sending(pair.client(), late));
    assertThat(pair.server().getInputStream().readAllBytes()).isEqualTo(late);
    assertThat(sent.get()).isTrue();
  }

  @Test
  void both_directions_are_full_at_once_without_waiting_for_each_other() throws Exception {
    Pair pair = connect();
    byte[] up = block(100);
    byte[] down = block(99);
    Future<Boolean> upSent = threads.submit(sending(pair.client(), up));
    Future<Boolean> downSent = threads.submit(sending(pair.server(), down));
    Future<byte[]> downRead = threads.submit(() -> digest(pair.client()));
    assertThat(digest(pair.server())).isEqualTo(sha256().digest(up));
    assertThat(downRead.get()).isEqualTo(sha256().digest(down));
    assertThat(upSent.get() && downSent.get()).isTrue();
  }

  private static MessageDigest sha256() throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256");
  }

  private static byte[] digest(Socket socket) throws Exception {
    try (OutputStream digesting =
        new DigestOutputStream(OutputStream.nullOutputStream(), sha256())) {
      socket.getInputStream().transferTo(digesting);
      return ((DigestOutputStream) digesting).getMessageDigest().digest();
    }
  }

  /** Starts to write to a peer that never reads, and returns when no more goes out. */
  private Future<?> stuckWriter(Socket socket) {
    AtomicLong written = new AtomicLong();
    Future<?> writer =
        threads.submit(
            () -> {
              byte[] bytes = new byte[16 * 1024];
              while (true) {
                socket.getOutputStream().write(bytes);
                written.addAndGet(bytes.length);
              }
            });
    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(30))
        .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
    assertThat(writer).isNotDone();
    return writer;
  }

  @Test
  void a_close_is_not_held_up_by_a_write_that_is_stuck() throws Exception {
    for (boolean byClient : new boolean[] {true, false}) {
      Pair pair = connect();
      SSLSocket socket = byClient ? pair.client() : pair.server();
      Future<?> writer = stuckWriter(socket);
      Future<?> closer =
          threads.submit(
              () -> {
                TlsContexts.close(socket);
                return null;
              });
      assertThat(closer).succeedsWithin(Duration.ofSeconds(10));
      assertThatThrownBy(() -> writer.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
      assertThat(socket.isClosed()).isTrue();
    }
  }

  @Test
  void an_abort_frees_a_stuck_write_at_once() throws Exception {
    Pair pair = connect();
    Future<?> writer = stuckWriter(pair.client());
    TlsContexts.abort(pair.client());
    assertThatThrownBy(() -> writer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void a_close_in_good_order_loses_nothing_and_tells_the_peer() throws Exception {
    Pair pair = connect();
    byte[] all = block(1);
    Future<?> sent =
        threads.submit(
            () -> {
              pair.client().getOutputStream().write(all);
              TlsContexts.close(pair.client());
              return null;
            });
    assertThat(pair.server().getInputStream().readAllBytes()).isEqualTo(all);
    sent.get();
  }

  @Test
  void a_read_that_waits_ends_when_another_thread_closes() throws Exception {
    Pair pair = connect();
    Future<Integer> read = threads.submit(() -> endOf(pair.client()));
    pair.client().close();
    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(-1);
  }

  /** A read that comes after the close fails, and one that comes before sees the end. */
  private static int endOf(SSLSocket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void each_side_knows_the_others_role_and_name() throws Exception {
    Pair pair = connect();
    assertThat(Peer.of(pair.client())).isEqualTo(new Peer(PeerRole.AGENT, "h1"));
    assertThat(Peer.of(pair.server())).isEqualTo(new Peer(PeerRole.MANAGER, "m1"));
  }

  @Test
  void another_authoritys_certificate_does_not_open_what_belongs_to_the_cluster() throws Exception {
    // Even one that claims to be a manager: what counts is who signed it.
    Authority others = Authority.open(directory.resolve("others"), "others");
    Credentials user =
        others.issueHere(new Peer(PeerRole.MANAGER, "m1"), List.of(), Duration.ofDays(1));
    Credentials trusting =
        new Credentials(user.key(), user.chain(), List.of(authority.certificate()));
    assertThatThrownBy(() -> exchangeOneByte(TlsContexts.mutual(trusting)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> exchangeOneByte(TlsContexts.client(List.of(authority.certificate()))))
        .isInstanceOf(IOException.class);
  }

  private void exchangeOneByte(SSLContext client) throws Exception {
    try (SSLServerSocket listener =
        TlsContexts.listen(
            TlsContexts.mutual(agent), ANY, TlsContexts.ClientCertificate.REQUIRED)) {
      Future<?> server =
          threads.submit(
              () -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                  socket.getOutputStream().write(1);
                  return null;
                }
              });
      try (SSLSocket socket =
          TlsContexts.connect(
              client, (InetSocketAddress) listener.getLocalSocketAddress(), 5_000)) {
        assertThat(socket.getInputStream().read()).isEqualTo(1);
      }
      server.get();
    }
  }

  @Test
  void an_expired_certificate_is_refused() throws Exception {
    Credentials old =
        authority.issueHere(new Peer(PeerRole.MANAGER, "m1"), List.of(), Duration.ofMinutes(-1));
    assertThatThrownBy(() -> exchangeOneByte(TlsContexts.mutual(old)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_joining_host_trusts_the_authority_of_its_token_and_no_other() throws Exception {
    assertThat(connectWithoutCertificate(authority.fingerprint())).isTrue();
    Authority other = Authority.open(directory.resolve("other"), "other");
    assertThatThrownBy(() -> connectWithoutCertificate(other.fingerprint()))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void a_joining_host_gives_its_secret_to_no_agent() {
    assertThatThrownBy(() -> connectWithoutCertificate(agent, authority.fingerprint()))
        .isInstanceOf(SSLException.class)
        .hasStackTraceContaining("not a manager");
  }

  @Test
  void a_peer_with_another_role_or_name_is_refused() throws Exception {
    Pair pair = connect();
    assertThat(Peer.requirePeer(pair.client(), PeerRole.AGENT, "h1").name()).isEqualTo("h1");
    assertThatThrownBy(() -> Peer.requirePeer(pair.client(), PeerRole.AGENT, "h2"))
        .isInstanceOf(SSLPeerUnverifiedException.class)
        .hasMessageContaining("agent h1, not the agent h2");
    assertThatThrownBy(() -> Peer.requireRole(pair.client(), PeerRole.MANAGER))
        .isInstanceOf(SSLPeerUnverifiedException.class)
        .hasMessageContaining("agent h1, not a manager");
  }

  private boolean connectWithoutCertificate(String fingerprint) throws Exception {
    return connectWithoutCertificate(manager, fingerprint);
  }

  private boolean connectWithoutCertificate(Credentials shown, String fingerprint)
      throws Exception {
    try (SSLServerSocket listener =
        TlsContexts.listen(
            TlsContexts.mutual(shown), ANY, TlsContexts.ClientCertificate.OPTIONAL)) {
      Future<?> server =
          threads.submit(
              () -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                  return socket.getInputStream().read();
                }
              });
      try (SSLSocket socket =
          TlsContexts.connect(
              TlsContexts.pinned(fingerprint),
              (InetSocketAddress) listener.getLocalSocketAddress(),
              5_000)) {
        socket.getOutputStream().write(7);
      }
      return server.get().equals(7);
    }
  }

  @Test
  void credentials_are_the_same_after_a_restart_and_only_their_owner_can_read_them()
      throws IOException, GeneralSecurityException {
    Path files = directory.resolve("files");
    manager.save(files);
    Credentials loaded = Credentials.load(files).orElseThrow();
    assertThat(loaded).isEqualTo(manager);
    assertThat(
            java.nio.file.attribute.PosixFilePermissions.toString(
                java.nio.file.Files.getPosixFilePermissions(Credentials.identityFile(files))))
        .isEqualTo("rw-------");
    assertThat(Authority.open(directory.resolve("cluster"), "test").fingerprint())
        .isEqualTo(authority.fingerprint());
  }

  @Test
  void a_mistyped_join_token_is_told_as_such() throws GeneralSecurityException {
    JoinToken token = JoinToken.fresh(authority.fingerprint());
    assertThat(JoinToken.parse(token.text())).isEqualTo(token);
    char changed = token.text().charAt(8) == 'a' ? 'b' : 'a';
    String mistyped = token.text().substring(0, 8) + changed + token.text().substring(9);
    assertThatThrownBy(() -> JoinToken.parse(mistyped)).hasMessageContaining("copy it again");
    assertThatThrownBy(() -> JoinToken.parse("x")).hasMessageContaining("berth host token create");
    assertThat(JoinToken.parse(" " + token.text() + "\n")).isEqualTo(token);
    assertThat(token.toString()).doesNotContain(token.secret());
    assertThat(token.opens(token.secretHash())).isTrue();
    assertThat(token.opens(JoinToken.fresh(authority.fingerprint()).secretHash())).isFalse();
  }
}
