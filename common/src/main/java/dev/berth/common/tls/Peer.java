package dev.berth.common.tls;

import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * The proven other side of a mutual TLS connection: its role is in the certificate's organization,
 * its name in the common name.
 */
public record Peer(PeerRole role, String name) {
  /** RFC 5280, ub-common-name. */
  private static final int LONGEST_NAME = 64;

  public Peer {
    if (name.isEmpty()
        || name.length() > LONGEST_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a name in a certificate has 1 to %d printable characters".formatted(LONGEST_NAME));
    }
  }

  /**
   * Who is at the other side.
   *
   * @throws SSLPeerUnverifiedException when it showed no certificate, or one without a role
   */
  public static Peer of(SSLSocket socket) throws SSLPeerUnverifiedException {
    return of((X509Certificate) socket.getSession().getPeerCertificates()[0]);
  }

  /**
   * The other side, which must have that role. It stands in for host name verification between the
   * cluster's parts. The caller closes a socket that is refused.
   *
   * @throws SSLPeerUnverifiedException when it is somebody else, or showed no certificate
   */
  public static Peer requireRole(SSLSocket socket, PeerRole role)
      throws SSLPeerUnverifiedException {
    Peer peer = of(socket);
    if (peer.role() != role) {
      throw new SSLPeerUnverifiedException(
          "at %s is the %s, not a %s"
              .formatted(socket.getRemoteSocketAddress(), peer, role.word()));
    }
    return peer;
  }

  /**
   * The other side, which must have that role and name.
   *
   * @throws SSLPeerUnverifiedException when it is somebody else, or showed no certificate
   */
  public static Peer requirePeer(SSLSocket socket, PeerRole role, String name)
      throws SSLPeerUnverifiedException {
    Peer peer = requireRole(socket, role);
    if (!peer.name().equals(name)) {
      throw new SSLPeerUnverifiedException(
          "at %s is the %s, not the %s %s"
              .formatted(socket.getRemoteSocketAddress(), peer, role.word(), name));
    }
    return peer;
  }

  /** Who that certificate was issued to. */
  public static Peer of(X509Certificate certificate) throws SSLPeerUnverifiedException {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    String organization = first(subject.getRDNs(BCStyle.O));
    for (PeerRole role : PeerRole.values()) {
      if (role.organization().equals(organization)) {
        return named(role, first(subject.getRDNs(BCStyle.CN)));
      }
    }
    throw new SSLPeerUnverifiedException(
        "the certificate of " + subject + " has no role of this cluster");
  }

  private static Peer named(PeerRole role, String name) throws SSLPeerUnverifiedException {
    try {
      return new Peer(role, name);
    } catch (IllegalArgumentException e) {
      throw new SSLPeerUnverifiedException("the certificate has no usable name: " + e.getMessage());
    }
  }

  private static String first(RDN[] names) {
    return names.length == 1 && names[0].getFirst().getValue() instanceof ASN1String value
        ? value.getString()
        : "";
  }

  @Override
  public String toString() {
    return role.word() + " " + name;
  }
}
