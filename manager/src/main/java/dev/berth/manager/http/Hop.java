package dev.berth.manager.http;

import dev.berth.common.http.Headers;
import dev.berth.common.wire.AgentApi;
import java.util.Locale;
import java.util.Set;

/** Which header fields go from a client to an engine, and which come back. */
final class Hop {
  private static final Set<String> TO_ENGINE = Set.of("content-type", "accept");

  private static final Set<String> UPGRADE =
      Set.of(
          "upgrade",
          "connection",
          "sec-websocket-key",
          "sec-websocket-version",
          "sec-websocket-protocol",
          "sec-websocket-extensions",
          "origin");

  private static final Set<String> NOT_BACK =
      Set.of(
          "connection",
          "keep-alive",
          "transfer-encoding",
          "upgrade",
          "server",
          "api-version",
          "ostype",
          "docker-experimental",
          "date");

  private Hop() {}

  static Headers toEngine(Headers client) {
    return client.without(name -> !TO_ENGINE.contains(name.toLowerCase(Locale.ROOT)));
  }

  /** With what a client says to take the connection over, if it does. */
  static Headers toEngineForHijack(Headers client) {
    return client.without(
        name -> {
          String lower = name.toLowerCase(Locale.ROOT);
          return !TO_ENGINE.contains(lower) && !UPGRADE.contains(lower);
        });
  }

  static Headers toClient(Headers engine, Headers own) {
    Headers kept =
        engine.without(
            name ->
                NOT_BACK.contains(name.toLowerCase(Locale.ROOT))
                    || name.regionMatches(
                        true, 0, AgentApi.HEADER_PREFIX, 0, AgentApi.HEADER_PREFIX.length()));
    for (Headers.Header field : own.fields()) {
      kept = kept.with(field.name(), field.value());
    }
    return kept;
  }
}
