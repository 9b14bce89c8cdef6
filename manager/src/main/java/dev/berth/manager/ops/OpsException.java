package dev.berth.manager.ops;

/** A request that cannot be served: a status and a sentence, whatever form the answer has. */
final class OpsException extends RuntimeException {
  private final int status;

  OpsException(int status, String message) {
    super(message);
    this.status = status;
  }

  static OpsException badRequest(String message) {
    return new OpsException(400, message);
  }

  int status() {
    return status;
  }
}
