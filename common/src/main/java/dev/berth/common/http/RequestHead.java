package dev.berth.common.http;

/**
 * The head of a request.
 *
 * @param target the request target as it stands on the request line: a raw path with its query
 * @param http11 whether the client speaks HTTP/1.1; false for HTTP/1.0
 */
public record RequestHead(String method, String target, Headers headers, boolean http11) {

  public RequestHead(String method, String target, Headers headers) {
    this(method, target, headers, true);
  }

  public RequestHead withHeaders(Headers changed) {
    return new RequestHead(method, target, changed, http11);
  }

  public RequestHead withTarget(String changed) {
    return new RequestHead(method, changed, headers, http11);
  }
}
