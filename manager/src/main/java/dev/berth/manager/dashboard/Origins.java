package dev.berth.manager.dashboard;

import dev.berth.common.http.Headers;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Whether a call comes from the page itself, and not from another site in the same browser. */
public final class Origins {
  /** Where the page's script says the secret that it was told at its login. */
  public static final String SECRET = "X-Berth-Session";

  private Origins() {}

  /** Whether the browser names no other origin than the one that is called (RFC 6454, 7). */
  public static boolean isSame(Headers headers) {
    for (String origin : headers.all("Origin")) {
      if (!isOf(origin, headers.first("Host").orElse(""))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOf(String origin, String host) {
    try {
      String authority = new URI(origin).getRawAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Whether what a session's cookie came with was asked for by the page that began the session. */
  public static boolean isOwn(Headers headers, Session session) {
    String given = headers.first(SECRET).orElse("");
    return isSame(headers)
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8),
            session.secret().getBytes(StandardCharsets.UTF_8));
  }
}
