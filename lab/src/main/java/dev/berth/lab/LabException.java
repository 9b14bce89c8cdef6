package dev.berth.lab;

/**
 * The lab could not do what it was asked; the message says what happened to which host or object,
 * and what to look at.
 */
public final class LabException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LabException(String message) {
    super(message);
  }

  LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
