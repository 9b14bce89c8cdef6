package dev.berth.common.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * What one part of the cluster holds: its key, its certificate chain, and the authorities that it
 * trusts. In a directory these are {@code key.pem}, {@code cert.pem}, {@code ca.pem}, and {@code
 * identity.pem}, which is key and chain in one, as ZooKeeper wants them.
 */
public record Credentials(
    PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted) {
  private static final String KEY = "key.pem";
  private static final String CERTIFICATE = "cert.pem";
  private static final String AUTHORITY = "ca.pem";
  private static final String IDENTITY = "identity.pem";
  private static final String CHAIN = "-----BEGIN CERTIFICATE";

  public Credentials {
    chain = List.copyOf(chain);
    trusted = List.copyOf(trusted);
  }

  /** A key pair that has no certificate yet, and what an authority signs to give it one. */
  public record Request(KeyPair keys, String csr) {

    /** The credentials that this request became. */
    public Credentials signed(String chainPem, String trustedPem) throws GeneralSecurityException {
      return new Credentials(
          keys.getPrivate(), Pem.certificates(chainPem), Pem.certificates(trustedPem));
    }
  }

  static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** Makes a key and a signing request; the authority decides what name it gets. */
  public static Request request() throws GeneralSecurityException, IOException {
    KeyPair keys = newKeys();
    try {
      byte[] csr =
          new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=requested"), keys.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
              .getEncoded();
      return new Request(keys, Pem.of("CERTIFICATE REQUEST", csr));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /**
   * What that directory holds; empty when it has none. Key and chain are those of one file, so that
   * a death in the middle of a renewal leaves one pair or the other.
   */
  public static Optional<Credentials> load(Path directory)
      throws IOException, GeneralSecurityException {
    Path identity = directory.resolve(IDENTITY);
    if (!Files.exists(identity) || !Files.exists(directory.resolve(AUTHORITY))) {
      return Optional.empty();
    }
    String pair = Files.readString(identity);
    int chain = Math.max(0, pair.indexOf(CHAIN));
    return Optional.of(
        new Credentials(
            Pem.key(pair.substring(0, chain)),
            Pem.certificates(pair.substring(chain)),
            Pem.certificates(Files.readString(directory.resolve(AUTHORITY)))));
  }

  /** What {@link #saveForDocker} wrote into that directory; empty when it has none. */
  public static Optional<Credentials> loadForDocker(Path directory)
      throws IOException, GeneralSecurityException {
    if (!Files.exists(directory.resolve(AUTHORITY))
        || !Files.exists(directory.resolve(CERTIFICATE))) {
      return Optional.empty();
    }
    return Optional.of(
        new Credentials(
            Pem.key(Files.readString(directory.resolve(KEY))),
            Pem.certificates(Files.readString(directory.resolve(CERTIFICATE))),
            Pem.certificates(Files.readString(directory.resolve(AUTHORITY)))));
  }

  /** Writes the files, each readable by its owner alone. */
  public void save(Path directory) throws IOException, GeneralSecurityException {
    saveForDocker(directory);
    Pem.write(directory.resolve(IDENTITY), Pem.of(key) + Pem.of(chain));
  }

  /** The same without the file that docker does not know, about which it would warn. */
  public void saveForDocker(Path directory) throws IOException, GeneralSecurityException {
    Pem.write(directory.resolve(KEY), Pem.of(key));
    Pem.write(directory.resolve(CERTIFICATE), Pem.of(chain));
    Pem.write(directory.resolve(AUTHORITY), Pem.of(trusted));
  }

  /** The file with key and chain in one, below a directory that was saved to. */
  public static Path identityFile(Path directory) {
    return directory.resolve(IDENTITY);
  }

  /** The file with the trusted authorities, below a directory that was saved to. */
  public static Path authorityFile(Path directory) {
    return directory.resolve(AUTHORITY);
  }

  /** Whether the certificate is for the key. */
  public boolean isOfOneKey() throws GeneralSecurityException {
    byte[] text = "berth".getBytes(StandardCharsets.US_ASCII);
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key);
    signer.update(text);
    byte[] signature = signer.sign();
    signer.initVerify(chain.getFirst());
    signer.update(text);
    return signer.verify(signature);
  }

  /** The name and role that the certificate gives. */
  public Peer self() throws IOException {
    return Peer.of(chain.getFirst());
  }
}
