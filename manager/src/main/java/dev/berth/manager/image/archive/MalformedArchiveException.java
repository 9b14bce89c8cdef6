package dev.berth.manager.image.archive;

import java.io.IOException;

/** A stream that is no tar archive of the kind that is wanted; the message is a sentence. */
public final class MalformedArchiveException extends IOException {
  public MalformedArchiveException(String message) {
    super(message);
  }
}
