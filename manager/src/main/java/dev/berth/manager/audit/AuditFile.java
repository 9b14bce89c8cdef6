package dev.berth.manager.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lines in a file that only its owner reads, and the files before it: {@code audit.jsonl}, {@code
 * audit.jsonl.1} and so on, the newest first. For one writing thread; {@link #sync} may come from
 * another.
 */
final class AuditFile implements AuditWriter.Sink {
  private static final String NAME = "audit.jsonl";

  private final Path directory;
  private final long maxSize;
  private final int files;

  private volatile Optional<FileChannel> open = Optional.empty();
  private long size;

  AuditFile(Path directory, long maxSize, int files) {
    this.directory = directory;
    this.maxSize = maxSize;
    this.files = files;
  }

  /** The files that there are, the newest first. */
  static List<Path> newestFirst(Path directory) {
    List<Path> found = new ArrayList<>();
    for (int i = 0; Files.exists(file(directory, i)); i++) {
      found.add(file(directory, i));
    }
    return found;
  }

  private static Path file(Path directory, int age) {
    return directory.resolve(age == 0 ? NAME : NAME + "." + age);
  }

  @Override
  public void append(byte[] lines) throws IOException {
    FileChannel channel = open.isPresent() ? open.get() : open();
    if (size > 0 && size + lines.length > maxSize) {
      rotate();
      channel = open();
    }
    ByteBuffer bytes = ByteBuffer.wrap(lines);
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      size += lines.length;
    } catch (IOException e) {
      takeBack(channel);
      throw e;
    }
  }

  /** A part of a line that is left would spoil the next one. */
  private void takeBack(FileChannel channel) {
    try {
      channel.truncate(size);
    } catch (IOException e) {
      // The next open ends the broken line.
    }
    close();
  }

  private FileChannel open() throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    FileChannel channel =
        FileChannel.open(
            file(directory, 0),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    open = Optional.of(channel);
    size = channel.size();
    channel.position(size);
    endBrokenLine(channel);
    return channel;
  }

  private void endBrokenLine(FileChannel channel) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
      size += channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
  }

  private void rotate() throws IOException {
    sync();
    close();
    Files.deleteIfExists(file(directory, files - 1));
    for (int i = files - 2; i >= 0; i--) {
      if (Files.exists(file(directory, i))) {
        Files.move(file(directory, i), file(directory, i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Override
  public void sync() throws IOException {
    Optional<FileChannel> channel = open;
    if (channel.isPresent() && channel.get().isOpen()) {
      channel.get().force(false);
    }
  }

  @Override
  public void close() {
    try {
      if (open.isPresent()) {
        open.get().close();
      }
    } catch (IOException e) {
      // What was written is written.
    }
    open = Optional.empty();
  }
}
