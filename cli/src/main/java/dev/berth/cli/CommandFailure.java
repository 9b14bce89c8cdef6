package dev.berth.cli;

/** A command cannot do what it was asked to; the message is the one sentence that the user sees. */
public final class CommandFailure extends RuntimeException {
  public CommandFailure(String message) {
    super(message);
  }

  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
