package dev.berth.agent.monitor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The kernel's files of a host, below {@code /} or a directory that stands for it. */
public final class HostFiles {
  private final Path root;

  public HostFiles(Path root) {
    this.root = root;
  }

  /** The text of a file by its absolute path; empty when there is none or it cannot be read. */
  public String read(String path) {
    try {
      return new String(Files.readAllBytes(at(path)), StandardCharsets.ISO_8859_1);
    } catch (IOException | SecurityException e) {
      return "";
    }
  }

  /** The names in a directory; none when there is no such directory. */
  public List<String> names(String path) {
    try (Stream<Path> children = Files.list(at(path))) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Where a file is by its absolute path. */
  public Path at(String path) {
    return root.resolve(path.substring(1));
  }
}
