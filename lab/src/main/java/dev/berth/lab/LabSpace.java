package dev.berth.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.lab.image.ImageArchive;
import dev.berth.lab.image.LabImage;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Where a lab's files are: its directory, and for sockets one under {@code /run} when the
 * directory's name is too long for the address of a unix socket (108 bytes with the end, unix(7)).
 */
record LabSpace(Path directory, String labId) {

  private static final int SOCKET_LIMIT = 100;
  private static final Path RUN = Path.of("/run");

  Path home(int host) {
    return directory.resolve("h" + host);
  }

  Path images() {
    return directory.resolve("images");
  }

  Path socket(int host) {
    Path near = home(host).resolve("docker.sock");
    boolean fits = near.toString().getBytes(UTF_8).length <= SOCKET_LIMIT;
    return fits ? near : shortDirectory().resolve("h" + host + ".sock");
  }

  /** What a host must see of the machine's {@code /run}. */
  List<Path> visible(int host) {
    return List.of(directory, socket(host).getParent()).stream()
        .filter(path -> path.startsWith(RUN))
        .distinct()
        .toList();
  }

  private Path shortDirectory() {
    return RUN.resolve("berth-lab-" + labId);
  }

  void prepare(int host) {
    try {
      Files.createDirectories(home(host));
      Files.createDirectories(images());
      Files.createDirectories(socket(host).getParent());
    } catch (IOException e) {
      throw new LabException("cannot make %s: %s".formatted(home(host), e.getMessage()), e);
    }
  }

  /** Removes all that a lab keeps here but its state; what others put into the directory stays. */
  void remove() {
    for (int host = 1; host <= LabNetwork.MAX_HOSTS; host++) {
      removeTree(home(host));
    }
    removeTree(images());
    removeTree(shortDirectory());
  }

  /** Makes the directory; whether it was missing. */
  static boolean makeDirectory(Path directory) {
    try {
      boolean missing = !Files.exists(directory);
      Files.createDirectories(directory);
      return missing;
    } catch (IOException e) {
      throw new LabException(
          "cannot make the lab's directory %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw new LabException("cannot use %s for a lab: %s".formatted(directory, e.getMessage()), e);
    }
  }

  /**
   * Writes an archive into the lab's directory; its name ends with the image's id, from which a
   * later process knows it.
   */
  ImageArchive writeArchive(LabImage image, String prefix) {
    try {
      Files.createDirectories(images());
      Path draft = Files.createTempFile(images(), "draft", ".tar");
      ImageArchive archive = image.writeTo(draft);
      Path file = images().resolve(prefix + "-" + archive.imageId().replace(':', '-') + ".tar");
      Files.move(draft, file);
      return new ImageArchive(file, archive.imageId());
    } catch (IOException e) {
      throw new LabException(
          "cannot write the archive of image %s: %s".formatted(image.name(), e.getMessage()), e);
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new LabException("cannot remove %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Removes the lab's directory unless somebody put files of their own there: logs of what was
   * spawned, say.
   */
  void removeDirectory() {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // Theirs to keep.
    } catch (IOException e) {
      throw new LabException("cannot remove %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  private static void removeTree(Path root) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // Nothing is what was asked for.
    } catch (IOException e) {
      throw new LabException("cannot remove %s: %s".formatted(root, e), e);
    }
  }
}
