package dev.berth.agent.engine;

import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which header fields pass between a manager and an engine: all but those of a single hop (RFC
 * 9110, 7.6.1) and our own.
 */
final class EngineHeaders {
  private static final Set<String> ONE_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect");

  private EngineHeaders() {}

  static Headers toEngine(Exchange exchange, EngineCall call) throws IOException {
    Headers given = exchange.request().headers();
    Headers sent = endToEnd(given).with("Host", "docker");
    if (exchange.hasBody() && !given.has("Content-Length")) {
      sent = sent.with("Transfer-Encoding", "chunked");
    }
    if (call.course() == EngineCall.Course.HIJACKING && given.has("Upgrade")) {
      sent =
          sent.with("Connection", "Upgrade").with("Upgrade", given.first("Upgrade").orElseThrow());
    }
    return sent;
  }

  /** Those of an ordinary answer; how its body is framed is said anew. */
  static Headers toManager(Headers engine) {
    return endToEnd(engine);
  }

  /** Those of an answer that gives the connection away, after which nothing is framed. */
  static Headers toManagerForHijack(Headers engine) {
    return engine.without(EngineHeaders::isOurs);
  }

  private static Headers endToEnd(Headers headers) {
    Set<String> dropped = new HashSet<>(ONE_HOP);
    for (String value : headers.all("Connection")) {
      for (String named : value.split(",")) {
        dropped.add(named.strip().toLowerCase(Locale.ROOT));
      }
    }
    return headers.without(name -> isOurs(name) || dropped.contains(name.toLowerCase(Locale.ROOT)));
  }

  private static boolean isOurs(String name) {
    String prefix = AgentApi.HEADER_PREFIX;
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }
}
