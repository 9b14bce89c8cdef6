package dev.berth.manager.image.dockerfile;

/** A Dockerfile that is not taken; the message is the engine's where it has one. */
public final class DockerfileException extends Exception {
  DockerfileException(String message) {
    super(message);
  }

  static DockerfileException atLine(int line, String message) {
    return new DockerfileException("dockerfile parse error line %d: %s".formatted(line, message));
  }
}
