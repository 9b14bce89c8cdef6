package dev.berth.agent.monitor;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How full the file system of a directory is, by the words of {@code stat --file-system}: Java
 * itself tells nothing of inodes.
 *
 * @param free what others than root may still write
 * @param inodes 0 where a file system makes them as it needs them, as btrfs does
 */
public record FileSystem(long total, long used, long free, long inodes, long freeInodes) {
  /** Asks; empty when there is no such directory or no answer. */
  public static Optional<FileSystem> of(Path directory) {
    return Program.says("stat", "--file-system", "--format=%S %b %f %a %c %d", directory.toString())
        .flatMap(FileSystem::parse);
  }

  static Optional<FileSystem> parse(String text) {
    String[] fields = text.split(" ", -1);
    if (fields.length != 6) {
      return Optional.empty();
    }
    long[] numbers = new long[fields.length];
    for (int i = 0; i < fields.length; i++) {
      OptionalLong number = KernelText.number(fields[i]);
      if (number.isEmpty()) {
        return Optional.empty();
      }
      numbers[i] = number.getAsLong();
    }
    long block = numbers[0];
    return Optional.of(
        new FileSystem(
            numbers[1] * block,
            (numbers[1] - numbers[2]) * block,
            numbers[3] * block,
            numbers[4],
            numbers[5]));
  }

  /** The share of 1 that is in use, as {@code df} reckons it: what root keeps is not there. */
  public double usedShare() {
    return used + free == 0 ? 0 : (double) used / (used + free);
  }

  /** The same of inodes. */
  public double usedInodeShare() {
    return inodes == 0 ? 0 : (double) (inodes - freeInodes) / inodes;
  }
}
