package dev.berth.manager.image.archive;

/**
 * One entry's head.
 *
 * @param name without leading slashes and dots
 * @param type as in the head of a POSIX ustar archive
 * @param size of the content that follows, in bytes
 * @param link the target of a link; empty for others
 */
record TarEntry(String name, char type, long size, int mode, long modified, String link) {
  static final char FILE = '0';
  static final char HARD_LINK = '1';
  static final char SYMBOLIC_LINK = '2';
  static final char DIRECTORY = '5';

  static TarEntry file(String name, long size, long modified) {
    return new TarEntry(name, FILE, size, 0644, modified, "");
  }

  boolean isFile() {
    return type == FILE;
  }
}
