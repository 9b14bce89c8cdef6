package dev.berth.manager.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds lines in the files, from the newest file on until there are enough. Safe for any thread; a
 * file that goes in between is passed over.
 */
final class AuditReader {
  private final Path directory;

  AuditReader(Path directory) {
    this.directory = directory;
  }

  /** The newest lines that are asked for, the oldest of them first. */
  List<String> find(AuditQuery query) throws IOException {
    Deque<String> found = new ArrayDeque<>();
    for (Path file : AuditFile.newestFirst(directory)) {
      Deque<String> here = find(file, query, query.limit() - found.size());
      while (!here.isEmpty()) {
        found.addFirst(here.removeLast());
      }
      if (found.size() >= query.limit() || isWhollyBefore(file, query)) {
        break;
      }
    }
    return new ArrayList<>(found);
  }

  private static Deque<String> find(Path file, AuditQuery query, int room) throws IOException {
    Deque<String> found = new ArrayDeque<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (query.matches(line)) {
          found.addLast(line);
          if (found.size() > room) {
            found.removeFirst();
          }
        }
      }
    } catch (NoSuchFileException e) {
      // It became an older one while it was looked for.
    }
    return found;
  }

  /** Files before one that begins too early hold nothing: lines are in the order of their times. */
  private static boolean isWhollyBefore(Path file, AuditQuery query) throws IOException {
    return query.since().isPresent()
        && Files.getLastModifiedTime(file).toInstant().isBefore(query.since().get());
  }
}
