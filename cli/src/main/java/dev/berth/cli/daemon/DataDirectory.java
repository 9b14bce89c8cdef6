package dev.berth.cli.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.cli.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The directory in which Berth keeps its files, with {@code run.json} on what runs from it. */
public final class DataDirectory {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Path path;

  public DataDirectory(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  public Path log() {
    return path.resolve("log").resolve("berth.log");
  }

  /** Makes it, for its owner only; one that others may enter is closed to them. */
  public void create() {
    try {
      Files.createDirectories(path.resolve("log"));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot make the data directory %s: %s: choose another with --data"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /**
   * Claims the directory for this process until it ends, however it ends; empty when another has
   * it. The lock is the kernel's, so none is ever left over.
   */
  @SuppressWarnings("resource") // The lock lives as long as the process.
  public Optional<FileLock> claim() {
    try {
      FileChannel channel =
          FileChannel.open(
              path.resolve("run.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
      }
      return Optional.ofNullable(lock);
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot lock the data directory %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** What the last {@code up} wrote, whether it still runs or not. */
  public Optional<Run> lastRun() {
    Path file = path.resolve("run.json");
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), Run.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new CommandFailure(
          "cannot use %s: it is damaged: remove it when no berth process runs".formatted(file), e);
    } catch (IOException e) {
      throw new CommandFailure("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** What runs now. */
  public Optional<Run> running() {
    return lastRun().filter(Run::isAlive);
  }

  public void write(Run run) {
    Path file = path.resolve("run.json");
    Path next = path.resolve("run.json.next");
    try {
      Files.write(next, JSON.writeValueAsBytes(run));
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CommandFailure("cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  public void forgetRun() {
    try {
      Files.deleteIfExists(path.resolve("run.json"));
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot remove %s: %s".formatted(path.resolve("run.json"), e.getMessage()), e);
    }
  }
}
