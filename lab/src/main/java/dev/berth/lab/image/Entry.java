package dev.berth.lab.image;

import java.nio.file.Path;

/** One entry of an image's file system; its path is the key it is kept under. */
sealed interface Entry {

  record Directory(int mode) implements Entry {}

  record Link(String target) implements Entry {}

  /** A file whose content is read from {@code source} when the archive is written. */
  record Copy(Path source, int mode) implements Entry {}

  record Text(String content, int mode) implements Entry {}
}
