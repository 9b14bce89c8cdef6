package dev.berth.manager;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * One address on which a manager serves the Docker API and the operations API.
 *
 * <p>Plain TCP carries tokens in the clear, so it is only for loopback; every other address needs
 * TLS.
 *
 * @param host an address literal or a host name; {@code 0.0.0.0} and {@code ::} mean all addresses
 * @param port 0 lets the kernel choose
 */
public record Listen(Scheme scheme, String host, int port) {
  private static final int MAX_PORT = 65_535;

  /** What is spoken below HTTP. */
  public enum Scheme {
    TCP,
    TLS
  }

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException with a sentence, also for plain TCP beyond loopback
   */
  public Listen {
    if (host.isBlank()) {
      throw new IllegalArgumentException("a listen address needs a host: use 127.0.0.1 or 0.0.0.0");
    }
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "invalid port %d of listen address \"%s\": use 0 to 65535".formatted(port, host));
    }
    if (scheme == Scheme.TCP && !isLoopback(host)) {
      throw new IllegalArgumentException(
          "cannot listen on tcp://%s without TLS, because tokens would cross the network in the clear: use tls://%s"
              .formatted(authority(host, port), authority(host, port)));
    }
  }

  /**
   * Reads {@code tcp://HOST:PORT} or {@code tls://HOST:PORT}.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static Listen parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw malformed(text, e);
    }
    boolean hasMore =
        uri.getRawUserInfo() != null
            || uri.getRawQuery() != null
            || uri.getRawFragment() != null
            || (uri.getRawPath() != null && !uri.getRawPath().isEmpty());
    if (uri.getScheme() == null || uri.getHost() == null || uri.getPort() < 0 || hasMore) {
      throw malformed(text, null);
    }
    Scheme scheme =
        switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
          case "tcp" -> Scheme.TCP;
          case "tls" -> Scheme.TLS;
          default -> throw malformed(text, null);
        };
    String host = uri.getHost();
    boolean isBracketed = host.startsWith("[");
    return new Listen(
        scheme, isBracketed ? host.substring(1, host.length() - 1) : host, uri.getPort());
  }

  private static IllegalArgumentException malformed(String text, Throwable cause) {
    return new IllegalArgumentException(
        "invalid listen address \"%s\": use tcp://HOST:PORT or tls://HOST:PORT".formatted(text),
        cause);
  }

  private static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      // A name that is not an address can mean anything tomorrow.
      return false;
    }
  }

  private static String authority(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return scheme.name().toLowerCase(Locale.ROOT) + "://" + authority(host, port);
  }
}
