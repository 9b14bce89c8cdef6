package dev.berth.common.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * What this process shows to others, in its memory and in its files, which can be renewed while it
 * runs: connections that are open stay, and each new one is made with the newest. Safe for any
 * thread.
 */
public final class OwnCredentials {

  /** A handshake asks for key and chain one after the other, and must get those of one pair. */
  private record Generation(String alias, Credentials credentials, Optional<Generation> before) {}

  private final Path directory;
  private final AtomicLong generations = new AtomicLong();
  private volatile Generation newest;

  private OwnCredentials(Path directory, Credentials credentials) {
    this.directory = directory;
    this.newest = new Generation("own-0", credentials, Optional.empty());
  }

  /** Those that were saved in that directory already. */
  public static OwnCredentials of(Path directory, Credentials credentials) {
    return new OwnCredentials(directory, credentials);
  }

  /** The newest. */
  public Credentials now() {
    return newest.credentials();
  }

  /** Until when the newest are good. */
  public Instant ends() {
    return now().chain().getFirst().getNotAfter().toInstant();
  }

  /** Takes others from now on, once they are in the files. */
  public synchronized void renew(Credentials fresh) throws IOException, GeneralSecurityException {
    fresh.save(directory);
    Generation before = newest;
    newest =
        new Generation(
            "own-" + generations.incrementAndGet(),
            fresh,
            Optional.of(new Generation(before.alias(), before.credentials(), Optional.empty())));
  }

  X509ExtendedKeyManager keys() {
    return new Keys();
  }

  private Optional<Credentials> named(String alias) {
    Generation generation = newest;
    return generation.alias().equals(alias)
        ? Optional.of(generation.credentials())
        : generation
            .before()
            .filter(before -> before.alias().equals(alias))
            .map(Generation::credentials);
  }

  private final class Keys extends X509ExtendedKeyManager {
    private String chosen(String... types) {
      Generation generation = newest;
      String algorithm = generation.credentials().key().getAlgorithm();
      return Arrays.asList(types).contains(algorithm) ? generation.alias() : null;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return getServerAliases(type, issuers);
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return chosen(types);
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      String alias = chosen(type);
      return alias == null ? null : new String[] {alias};
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return chosen(type);
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
      return chosen(types);
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
      return chosen(type);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return named(alias).map(own -> own.chain().toArray(X509Certificate[]::new)).orElse(null);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return named(alias).map(Credentials::key).orElse(null);
    }
  }
}
