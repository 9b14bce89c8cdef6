package dev.berth.manager.tenant;

/** A body is not the JSON that its call wants: the caller's mistake, a 400. */
public final class MalformedBodyException extends RuntimeException {
  public MalformedBodyException(String message) {
    super(message);
  }

  /** Always 400. */
  public int status() {
    return 400;
  }
}
