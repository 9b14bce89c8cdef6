package dev.berth.manager.http;

/** The phrase that goes with a status (RFC 9110, 15). */
final class Reason {
  private Reason() {}

  static String of(int status) {
    return switch (status) {
      case 101 -> "UPGRADED";
      case 200 -> "OK";
      case 201 -> "Created";
      case 204 -> "No Content";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 409 -> "Conflict";
      case 413 -> "Request Entity Too Large";
      case 429 -> "Too Many Requests";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> status / 100 == 5 ? "Internal Server Error" : "Status " + status;
    };
  }
}
