package dev.berth.manager.http;

import dev.berth.common.http.Exchange;
import java.io.IOException;

/** Reads the whole body of a request, within a limit. */
final class Body {
  private Body() {}

  /**
   * The body's bytes.
   *
   * @throws ApiException with 413 when there are more than {@code limit}
   */
  static byte[] read(Exchange exchange, int limit) throws IOException {
    boolean declaredTooLong =
        exchange
            .request()
            .headers()
            .first("Content-Length")
            .filter(length -> length.length() > 9 || Integer.parseInt(length) > limit)
            .isPresent();
    byte[] bytes = declaredTooLong ? new byte[0] : exchange.body().readNBytes(limit + 1);
    if (declaredTooLong || bytes.length > limit) {
      exchange.closeAfterwards();
      throw new ApiException(
          413, "the request's body is larger than the limit of %d bytes".formatted(limit));
    }
    return bytes;
  }
}
