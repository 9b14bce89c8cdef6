package dev.berth.scheduler.expression;

/** A placement hint cannot be read; the message is one sentence for its author. */
public final class MalformedHintException extends Exception {
  MalformedHintException(String message) {
    super(message);
  }
}
