package dev.berth.manager.move;

import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.ContainerId;
import dev.berth.manager.cluster.HostLink;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Copies what is mounted in a container into another, as the engines' archives have it. */
final class VolumeCopy {
  /** An engine that says nothing for so long is given up. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private VolumeCopy() {}

  /** Both have it mounted at the same place; neither runs. No more than a buffer is in memory. */
  static void copy(
      HostLink source, ContainerId from, HostLink target, ContainerId to, String directory)
      throws IOException {
    String out = "/containers/%s/archive?path=%s".formatted(from, encode(directory + "/."));
    String in = "/containers/%s/archive?path=%s".formatted(to, encode(directory));
    Headers headers =
        Headers.of("Content-Type", "application/x-tar", "Transfer-Encoding", "chunked");
    try (HttpCall reading = source.begin("GET", out, Headers.NONE);
        HostLink.UntilLost _ = source.untilLost(reading)) {
      reading.readTimeout(SILENCE);
      require(source, reading);
      try (HttpCall writing = target.begin("PUT", in, headers);
          HostLink.UntilLost _ = target.untilLost(writing)) {
        writing.readTimeout(SILENCE);
        try (OutputStream body = writing.requestBody(headers)) {
          reading.responseBody().transferTo(body);
        }
        require(target, writing);
      }
    }
  }

  private static void require(HostLink host, HttpCall call) throws IOException {
    ResponseHead head = host.receive(call);
    if (head.status() != 200) {
      throw new IOException(
          "host %s answers %d: %s"
              .formatted(
                  host.id(),
                  head.status(),
                  new String(
                      call.responseBody().readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8)));
    }
  }

  private static String encode(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8);
  }
}
