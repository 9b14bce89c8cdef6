package dev.berth.common.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS contexts and sockets. The cluster's parts speak TLS 1.3 alone: only there does one side's end
 * of output (close_notify, which {@code shutdownOutput} sends) leave the other direction open, and
 * hijacked streams live on that (RFC 8446, 6.1). A client that speaks TLS 1.2 only is served, too;
 * the end of its output ends the stream.
 *
 * <p>Between the cluster's parts the certificate's role and name are checked by the caller with
 * {@link Peer#requireRole} and {@link Peer#requirePeer}, not its host name, because hosts change
 * their addresses.
 *
 * <p>What an {@link SSLSocket} of JDK 25 does, as tests and trials showed:
 *
 * <ul>
 *   <li>One thread may read while another writes, with both directions full, and either direction
 *       may end first.
 *   <li>{@code close} waits for a writer that waits for its peer, without a bound. Close with
 *       {@link #close} or {@link #abort}.
 *   <li>Interrupting a virtual thread that reads or writes closes the socket.
 *   <li>A client whose certificate is refused learns it from its first read, not from the
 *       handshake, which for the client is over by then.
 *   <li>After 2^37 bytes in one direction (AES-GCM and ChaCha20; security property {@code
 *       jdk.tls.keyLimits}) the keys are changed, and that wants both directions: a stream of which
 *       one is closed breaks there, and one with both full stands still. A stream that may pass 128
 *       GiB has to be split over connections.
 * </ul>
 */
public final class TlsContexts {
  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final String[] CLIENTS_PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final char[] NO_PASSWORD = {};

  /** How long a close may wait for a writer to let its last record out. */
  private static final Duration ORDERLY_CLOSE = Duration.ofSeconds(2);

  /** Whether a server asks its clients for a certificate. */
  public enum ClientCertificate {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  private TlsContexts() {}

  /** Shows these credentials, and trusts the authorities in them. */
  public static SSLContext mutual(Credentials credentials) throws GeneralSecurityException {
    return context(keys(credentials), trust(credentials.trusted()));
  }

  /** Shows the newest of these credentials, and trusts the authorities in the first of them. */
  public static SSLContext mutual(OwnCredentials own) throws GeneralSecurityException {
    return context(new KeyManager[] {own.keys()}, trust(own.now().trusted()));
  }

  /** Shows the newest of these credentials, and trusts client certificates of other authorities. */
  public static SSLContext server(OwnCredentials own, List<X509Certificate> clientAuthorities)
      throws GeneralSecurityException {
    return context(new KeyManager[] {own.keys()}, trust(clientAuthorities));
  }

  /** Shows nothing, and trusts these authorities. */
  public static SSLContext client(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    return context(new KeyManager[0], trust(authorities));
  }

  /**
   * Shows nothing, and trusts managers of the one authority that has this fingerprint: how a host
   * joins. An agent, whose certificate is by the same authority, cannot fish for join tokens.
   */
  public static SSLContext pinned(String authorityFingerprint) throws GeneralSecurityException {
    return context(new KeyManager[0], new TrustManager[] {new Pinned(authorityFingerprint)});
  }

  private static SSLContext context(KeyManager[] keys, TrustManager[] trust)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys, trust, null);
    return context;
  }

  private static KeyManager[] keys(Credentials credentials) throws GeneralSecurityException {
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "own", credentials.key(), NO_PASSWORD, credentials.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trust(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    KeyStore store = emptyStore();
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("ca" + i, authorities.get(i));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, NO_PASSWORD);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    return store;
  }

  /** A listening socket, bound; port 0 lets the kernel choose. */
  public static SSLServerSocket listen(
      SSLContext context, InetSocketAddress address, ClientCertificate certificate)
      throws IOException {
    return listen(context, address, certificate, PROTOCOLS);
  }

  /** The same for clients of which some speak TLS 1.2 only, as docker-java 3.7 does. */
  public static SSLServerSocket listenForClients(
      SSLContext context, InetSocketAddress address, ClientCertificate certificate)
      throws IOException {
    return listen(context, address, certificate, CLIENTS_PROTOCOLS);
  }

  private static SSLServerSocket listen(
      SSLContext context,
      InetSocketAddress address,
      ClientCertificate certificate,
      String[] protocols)
      throws IOException {
    SSLServerSocket socket =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
    socket.setReuseAddress(true);
    socket.setEnabledProtocols(protocols);
    socket.setWantClientAuth(certificate == ClientCertificate.OPTIONAL);
    if (certificate == ClientCertificate.REQUIRED) {
      socket.setNeedClientAuth(true);
    }
    socket.bind(address, 1024);
    return socket;
  }

  /** Connects and shakes hands within the time. */
  public static SSLSocket connect(SSLContext context, InetSocketAddress address, int timeoutMillis)
      throws IOException {
    Socket plain = new Socket();
    try {
      plain.connect(resolved(address), timeoutMillis);
      plain.setSoTimeout(timeoutMillis);
      SSLSocket socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(plain, address.getHostString(), address.getPort(), true);
      socket.setEnabledProtocols(PROTOCOLS);
      socket.startHandshake();
      socket.setSoTimeout(0);
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static InetSocketAddress resolved(InetSocketAddress address) {
    return address.isUnresolved()
        ? new InetSocketAddress(address.getHostString(), address.getPort())
        : address;
  }

  /**
   * Ends a connection, and tells the peer if it listens. Never waits longer than two seconds: a
   * write that is stuck in another thread then fails, and the peer sees a reset.
   */
  public static void close(SSLSocket socket) throws IOException {
    AtomicReference<IOException> failure = new AtomicReference<>();
    Thread orderly =
        Thread.ofVirtual()
            .name("tls-close")
            .start(
                () -> {
                  try {
                    socket.close();
                  } catch (IOException e) {
                    failure.set(e);
                  }
                });
    try {
      if (!orderly.join(ORDERLY_CLOSE)) {
        abort(socket);
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abort(socket);
      return;
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  /** Ends a connection at once; what is under way is lost, and the peer sees a reset. */
  public static void abort(SSLSocket socket) throws IOException {
    if (!socket.isClosed()) {
      // With a linger time the JDK does not wait for the lock that a stuck writer holds.
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  /** Trusts a chain that ends in one authority, which is known by its fingerprint alone. */
  private static final class Pinned extends X509ExtendedTrustManager {
    private final String fingerprint;

    Pinned(String fingerprint) {
      this.fingerprint = fingerprint;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      try {
        X509Certificate authority = chain[chain.length - 1];
        if (!Authority.fingerprint(authority).equals(fingerprint)) {
          throw new CertificateException(
              "the manager's authority is not the one that the join token names");
        }
        if (Peer.of(chain[0]).role() != PeerRole.MANAGER) {
          throw new CertificateException("what answers is not a manager");
        }
        X509Certificate[] leaf = {chain[0]};
        ((X509ExtendedTrustManager) trust(List.of(authority))[0])
            .checkServerTrusted(leaf, "UNKNOWN");
      } catch (CertificateException e) {
        throw e;
      } catch (GeneralSecurityException | SSLPeerUnverifiedException e) {
        throw new CertificateException(e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("not for servers");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("not for servers");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("not for servers");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
