package dev.berth.manager.image;

import dev.berth.manager.view.ImageName;
import java.io.IOException;

/** Why something about images was not done, in the engine's words and with its status. */
public final class ImageException extends IOException {
  private final int status;

  public ImageException(int status, String message) {
    super(message);
    this.status = status;
  }

  static ImageException noSuchImage(String reference) {
    return new ImageException(404, "No such image: " + withTag(reference));
  }

  static ImageException invalid(ImageName.InvalidImageNameException e) {
    return new ImageException(400, e.getMessage());
  }

  /** As the engine repeats it: a name alone with its tag. */
  private static String withTag(String reference) {
    if (reference.matches("[0-9a-f]{64}")) {
      return "sha256:" + reference;
    }
    if (ImageName.isDigest(reference)) {
      return reference;
    }
    try {
      return ImageName.parse(reference).tagged().familiar();
    } catch (ImageName.InvalidImageNameException e) {
      return reference;
    }
  }

  public int status() {
    return status;
  }
}
