package dev.berth.common.http;

/** The head of a response. */
public record ResponseHead(int status, String reason, Headers headers) {

  public ResponseHead withHeaders(Headers changed) {
    return new ResponseHead(status, reason, changed);
  }

  /** Whether RFC 9112 (6.3) says that no body follows, whatever the headers say. */
  boolean isBodyless() {
    return status / 100 == 1 || status == 204 || status == 304;
  }
}
