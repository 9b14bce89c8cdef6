package dev.berth.common.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets a host into the cluster: a secret, of which the cluster keeps only the hash, and the
 * fingerprint of the cluster's authority, so that the host knows whom it gives the secret to.
 *
 * <p>As text: {@code BERTH-<secret>-<fingerprint>-<check>}, all hexadecimal.
 */
public record JoinToken(String secret, String fingerprint) {
  private static final Pattern FORM =
      Pattern.compile("BERTH-([0-9a-f]{32})-([0-9a-f]{64})-([0-9a-f]{8})");
  private static final SecureRandom RANDOM = new SecureRandom();

  public static JoinToken fresh(String fingerprint) {
    byte[] secret = new byte[16];
    RANDOM.nextBytes(secret);
    return new JoinToken(HexFormat.of().formatHex(secret), fingerprint);
  }

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException with a sentence, also when a character was mistyped
   */
  public static JoinToken parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "not a join token: get one with 'berth host token create' and give it whole");
    }
    JoinToken token = new JoinToken(matcher.group(1), matcher.group(2));
    if (!token.check().equals(matcher.group(3))) {
      throw new IllegalArgumentException(
          "the join token was changed on its way: copy it again, whole");
    }
    return token;
  }

  /** What the cluster keeps of it. */
  public String secretHash() {
    return hash(secret);
  }

  /** The hash of a secret that somebody shows. */
  public static String hash(String secret) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Whether this is the token that the cluster keeps that hash of; takes as long for any hash of
   * the same length.
   */
  public boolean opens(String storedHash) {
    return MessageDigest.isEqual(
        secretHash().getBytes(StandardCharsets.US_ASCII),
        storedHash.getBytes(StandardCharsets.US_ASCII));
  }

  private String check() {
    return hash(secret + fingerprint).substring(0, 8);
  }

  /** The token whole, secret and all: for the person who asked for it, never for a log. */
  public String text() {
    return "BERTH-" + secret + "-" + fingerprint + "-" + check();
  }

  @Override
  public String toString() {
    return "JoinToken[" + fingerprint.substring(0, 8) + "]";
  }
}
