package dev.berth.common.http;

import java.io.IOException;

/** What arrived is not HTTP/1.1 as we accept it; the connection cannot be used further. */
public final class MalformedMessageException extends IOException {
  private final int status;

  MalformedMessageException(String message) {
    this(400, message);
  }

  MalformedMessageException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The status that tells a client what is wrong with its request. */
  public int status() {
    return status;
  }
}
