package dev.berth.manager.http;

/** The answer to a request that cannot be served: a status, and a sentence in the engine's form. */
public final class ApiException extends RuntimeException {
  private final int status;

  ApiException(int status, String message) {
    super(message);
    this.status = status;
  }

  static ApiException noSuchContainer(String reference) {
    return new ApiException(404, "No such container: " + reference);
  }

  /** An engine says it twice for this call. */
  static ApiException noContainerToKill(String reference) {
    return new ApiException(
        404, "Cannot kill container: %s: No such container: %s".formatted(reference, reference));
  }

  static ApiException noSuchImage(String reference) {
    return new ApiException(404, "No such image: " + reference);
  }

  static ApiException noSuchNetwork(String reference) {
    return new ApiException(404, "network %s not found".formatted(reference));
  }

  static ApiException badRequest(String message) {
    return new ApiException(400, message);
  }

  int status() {
    return status;
  }
}
