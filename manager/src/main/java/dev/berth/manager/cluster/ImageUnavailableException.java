package dev.berth.manager.cluster;

import java.io.IOException;

/** An image cannot be brought to where it is needed; the message is a sentence for its tenant. */
public final class ImageUnavailableException extends IOException {
  public ImageUnavailableException(String message) {
    super(message);
  }
}
