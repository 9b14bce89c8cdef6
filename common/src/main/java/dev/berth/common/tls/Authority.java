package dev.berth.common.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * Signs certificates (EC P-256, RFC 5280). A cluster has two of them, apart, so that a tenant's
 * certificate never opens an agent or ZooKeeper: one for its own parts, one for users, and neither
 * signs what belongs to the other. Safe for any thread.
 */
public final class Authority {

  /** Whom an authority signs for. */
  public enum Purpose {
    CLUSTER,
    USERS;

    boolean covers(PeerRole role) {
      return (role == PeerRole.USER) == (this == USERS);
    }
  }

  private static final Duration OWN_VALIDITY = Duration.ofDays(3650);

  /** Clocks of two machines may differ by this much. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final PrivateKey key;
  private final X509Certificate certificate;
  private final Purpose purpose;

  private Authority(PrivateKey key, X509Certificate certificate, Purpose purpose) {
    this.key = key;
    this.certificate = certificate;
    this.purpose = purpose;
  }

  /** The authority for the cluster's own parts in that directory, made there at the first time. */
  public static Authority open(Path directory, String name)
      throws IOException, GeneralSecurityException {
    return open(directory, name, Purpose.CLUSTER);
  }

  /**
   * The authority of that directory, made there at the first time.
   *
   * @throws IOException also when its key is gone but its certificate is there: a new authority in
   *     its place would lock out every part of the cluster
   */
  public static Authority open(Path directory, String name, Purpose purpose)
      throws IOException, GeneralSecurityException {
    Path keyFile = directory.resolve("ca-key.pem");
    Path certificateFile = directory.resolve("ca.pem");
    if (Files.exists(certificateFile)) {
      if (!Files.exists(keyFile)) {
        throw new IOException(
            "the authority in %s has lost its key ca-key.pem: restore it from a backup, or remove ca.pem to begin a new cluster"
                .formatted(directory));
      }
      return new Authority(
          Pem.key(Files.readString(keyFile)),
          Pem.certificates(Files.readString(certificateFile)).getFirst(),
          purpose);
    }
    KeyPair keys = Credentials.newKeys();
    X509Certificate own = selfSigned(keys, new X500Name("CN=" + name));
    // The certificate comes last: it says that the authority is whole.
    Pem.write(keyFile, Pem.of(keys.getPrivate()));
    Pem.write(certificateFile, Pem.of(List.of(own)));
    return new Authority(keys.getPrivate(), own, purpose);
  }

  private static X509Certificate selfSigned(KeyPair keys, X500Name name)
      throws GeneralSecurityException, IOException {
    X509v3CertificateBuilder builder =
        builder(name, name, keys.getPublic(), Instant.now().plus(OWN_VALIDITY))
            .addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()))
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
            .addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return sign(builder, keys.getPrivate());
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant end) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, RANDOM).add(BigInteger.ONE),
        Date.from(Instant.now().minus(SKEW)),
        Date.from(end),
        subject,
        key);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /**
   * Signs a request; the subject is what this says, not what the request asks for.
   *
   * @param csr PEM of a PKCS #10 request, which must be signed by its own key
   * @param hosts host names and addresses that the certificate is good for
   * @param validity from now; it ends with the authority's own at the latest
   * @return the chain in PEM form: the certificate, then this authority's
   */
  public String issue(String csr, Peer subject, List<String> hosts, Duration validity)
      throws IOException, GeneralSecurityException {
    if (!purpose.covers(subject.role())) {
      throw new GeneralSecurityException(
          "the authority for %s does not sign for a %s"
              .formatted(purpose.name().toLowerCase(Locale.ROOT), subject.role().word()));
    }
    JcaPKCS10CertificationRequest request;
    try {
      request = new JcaPKCS10CertificationRequest(Pem.content(csr, "CERTIFICATE REQUEST"));
      if (!request.isSignatureValid(
          new JcaContentVerifierProviderBuilder().build(request.getPublicKey()))) {
        throw new GeneralSecurityException("the signing request is not signed by its own key");
      }
    } catch (OperatorCreationException | PKCSException | RuntimeException e) {
      throw new GeneralSecurityException("the signing request cannot be read", e);
    }
    X500Name name =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.O, new DERUTF8String(subject.role().organization()))
            .addRDN(BCStyle.CN, new DERUTF8String(subject.name()))
            .build();
    X500Name issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    Instant asked = Instant.now().plus(validity);
    Instant last = certificate.getNotAfter().toInstant();
    // Clients that check strictly (Python since 3.13) want both key identifiers.
    X509v3CertificateBuilder builder =
        builder(issuer, name, request.getPublicKey(), asked.isAfter(last) ? last : asked)
            .addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate))
            .addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(request.getPublicKey()))
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
            .addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                    subject.role() == PeerRole.USER
                        ? new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth}
                        : new KeyPurposeId[] {
                          KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
                        }));
    if (!hosts.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              hosts.stream().map(Authority::alternativeName).toArray(GeneralName[]::new)));
    }
    return Pem.of(List.of(sign(builder, key), certificate));
  }

  private static GeneralName alternativeName(String host) {
    boolean isAddress = host.contains(":") || host.matches("[0-9.]+");
    return new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  /** Makes a key here and signs it. */
  public Credentials issueHere(Peer subject, List<String> hosts, Duration validity)
      throws IOException, GeneralSecurityException {
    Credentials.Request request = Credentials.request();
    return request.signed(issue(request.csr(), subject, hosts, validity), certificatePem());
  }

  public String certificatePem() throws GeneralSecurityException {
    return Pem.of(List.of(certificate));
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** SHA-256 of the authority's certificate, in hexadecimal: what a join token pins. */
  public String fingerprint() throws GeneralSecurityException {
    return fingerprint(certificate);
  }

  static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
  }
}
