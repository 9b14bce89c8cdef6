package dev.berth.common.tls;

import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * The proven other side of a mutual TLS connection: its role is in the certificate's organization,
 * its name in the common name.
 */
public record Peer(PeerRole role, String name) {

  /**
   * Who is at the other side.
   *
   * @throws SSLPeerUnverifiedException when it showed no certificate, or one without a role
   */
  public static Peer of(SSLSocket socket) throws SSLPeerUnverifiedException {
    return of((X509Certificate) socket.getSession().getPeerCertificates()[0]);
  }

  /** Who that certificate was issued to. */
  public static Peer of(X509Certificate certificate) throws SSLPeerUnverifiedException {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    String organization = first(subject.getRDNs(BCStyle.O));
    for (PeerRole role : PeerRole.values()) {
      if (role.organization().equals(organization)) {
        return new Peer(role, first(subject.getRDNs(BCStyle.CN)));
      }
    }
    throw new SSLPeerUnverifiedException(
        "the certificate of " + subject + " has no role of this cluster");
  }

  private static String first(RDN[] names) {
    return names.length == 0 ? "" : IETFUtils.valueToString(names[0].getFirst().getValue());
  }
}
