package dev.berth.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The control groups of a lab: under {@code berth-lab-<id>} in every hierarchy of the machine (v1),
 * or in the one (v2).
 */
final class Cgroups {

  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(5);

  private Cgroups() {}

  static String parentOf(String labId, String hostname) {
    return "/berth-lab-" + labId + "/" + hostname;
  }

  /**
   * Removes the groups below a parent and the parent itself. A group stays busy for a moment after
   * its last process.
   */
  static void remove(String parent) {
    String relative = parent.substring(1);
    for (Path hierarchy : hierarchies()) {
      Path group = hierarchy.resolve(relative);
      Patience.await(REMOVAL_LIMIT, () -> removeTree(group));
    }
  }

  static void removeAll(String labId) {
    remove("/berth-lab-" + labId);
  }

  private static boolean removeTree(Path group) {
    for (Path child : directoriesIn(group)) {
      if (!removeTree(child)) {
        return false;
      }
    }
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Path> hierarchies() {
    return Stream.concat(Stream.of(ROOT), directoriesIn(ROOT).stream()).toList();
  }

  private static List<Path> directoriesIn(Path parent) {
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .filter(child -> Files.isDirectory(child) && !Files.isSymbolicLink(child))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
