package dev.berth.common.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthorityTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Peer MANAGER = new Peer(PeerRole.MANAGER, "m1");

  @TempDir private Path directory;
  private Authority authority;

  @BeforeEach
  void open() throws Exception {
    authority = Authority.open(directory, "test");
  }

  private X509Certificate issue(Peer subject, String... hosts) throws Exception {
    return authority.issueHere(subject, List.of(hosts), DAY).chain().getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"host-1", "#0c0141", "a,b=c+d", "\\,", " spaced ", "ü\"<>;"})
  void a_name_is_read_back_as_it_was_given(String name) throws Exception {
    Peer agent = new Peer(PeerRole.AGENT, name);
    assertThat(Peer.of(issue(agent))).isEqualTo(agent);
  }

  @Test
  void a_name_cannot_bring_a_role_along() throws Exception {
    Peer agent = new Peer(PeerRole.AGENT, "h1,O=berth:manager");
    assertThat(Peer.of(issue(agent)).role()).isEqualTo(PeerRole.AGENT);
  }

  @Test
  void the_subject_is_what_the_authority_says_and_not_what_the_request_asks_for() throws Exception {
    assertThat(issue(MANAGER).getSubjectX500Principal().getName()).doesNotContain("requested");
  }

  @Test
  void neither_authority_signs_what_belongs_to_the_other() throws Exception {
    Authority users = Authority.open(directory.resolve("users"), "users", Authority.Purpose.USERS);
    Peer eve = new Peer(PeerRole.USER, "eve");
    assertThat(users.issueHere(eve, List.of(), DAY).self()).isEqualTo(eve);
    assertThatThrownBy(() -> users.issueHere(MANAGER, List.of(), DAY))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("the authority for users does not sign for a manager");
    assertThatThrownBy(() -> authority.issueHere(eve, List.of(), DAY))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void an_authority_that_lost_its_key_is_not_replaced_in_silence() throws Exception {
    Files.delete(directory.resolve("ca-key.pem"));
    assertThatThrownBy(() -> Authority.open(directory, "test"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("restore it from a backup");
  }

  @Test
  void only_the_owner_can_read_the_key() throws Exception {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("ca-key.pem"))))
        .isEqualTo("rw-------");
  }

  @Test
  void host_names_and_addresses_are_alternative_names() throws Exception {
    assertThat(issue(MANAGER, "localhost", "127.0.0.1", "::1").getSubjectAlternativeNames())
        .extracting(name -> name.get(0), name -> name.get(1))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2, "localhost"),
            org.assertj.core.groups.Tuple.tuple(7, "127.0.0.1"),
            org.assertj.core.groups.Tuple.tuple(7, "0:0:0:0:0:0:0:1"));
  }

  @Test
  void a_certificate_names_the_keys_that_strict_clients_look_for() throws Exception {
    assertThat(issue(MANAGER).getNonCriticalExtensionOIDs())
        .contains(Extension.authorityKeyIdentifier.getId(), Extension.subjectKeyIdentifier.getId());
    assertThat(authority.certificate().getNonCriticalExtensionOIDs())
        .contains(Extension.subjectKeyIdentifier.getId());
  }

  @Test
  void a_certificate_ends_with_its_authority_at_the_latest() throws Exception {
    X509Certificate certificate =
        authority.issueHere(MANAGER, List.of(), Duration.ofDays(9_999)).chain().getFirst();
    assertThat(certificate.getNotAfter()).isEqualTo(authority.certificate().getNotAfter());
  }

  @Test
  void a_request_that_is_not_signed_by_its_own_key_is_refused() throws Exception {
    byte[] csr = Pem.content(Credentials.request().csr(), "CERTIFICATE REQUEST");
    csr[csr.length - 3] ^= 1;
    assertThatThrownBy(
            () -> authority.issue(Pem.of("CERTIFICATE REQUEST", csr), MANAGER, List.of(), DAY))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> authority.issue("x", MANAGER, List.of(), DAY))
        .isInstanceOfAny(GeneralSecurityException.class, IOException.class);
  }
}
