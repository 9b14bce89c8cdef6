package dev.berth.manager.image.dockerfile;

import java.util.List;

/** What a name of an image in a Dockerfile stands for. */
public sealed interface Meaning {

  /**
   * An image that the engine has.
   *
   * @param id as an engine knows it
   * @param triggers its ONBUILD instructions
   */
  record Image(String id, List<String> triggers) implements Meaning {
    public Image {
      triggers = List.copyOf(triggers);
    }
  }

  /** No image; the message says why, and the build fails with it where the name stands. */
  record Nothing(String message) implements Meaning {}
}
