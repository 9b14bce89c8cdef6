package dev.berth.manager.image.archive;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The context of a build on its way from a client to an engine. It is kept in a file without a name
 * until it is closed, because its Dockerfile may be its last entry; memory is flat. It is written
 * anew, entry by entry, so that an engine cannot find other entries in it than are known here. For
 * one thread.
 */
public final class BuildContext implements AutoCloseable {
  /** What the engine's Dockerfile is called; the client's own stays as it is. */
  public static final String WRITTEN = ".dockerfile.berth";

  private static final String DEFAULT = "Dockerfile";
  private static final String IGNORE = ".dockerignore";
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAX_TEXT_BYTES = 1024 * 1024;
  private static final int MAX_LINKS = 16;

  /** The context has more bytes than are taken. */
  public static final class TooLargeException extends IOException {
    TooLargeException(long limit) {
      super("the build's context is larger than the limit of %d bytes".formatted(limit));
    }
  }

  /**
   * A Dockerfile, and the name that it was found by.
   *
   * @param text with a character for each byte
   */
  public record Found(String name, String text) {}

  private final FileChannel file;
  private Optional<byte[]> ignore = Optional.empty();

  private BuildContext(FileChannel file) {
    this.file = file;
  }

  /**
   * Reads a context to its end.
   *
   * @param body a tar archive, which may be packed with gzip; nothing at all is an empty one
   * @param directory where the file is while it is open
   * @param limit of the unpacked bytes
   * @throws MalformedArchiveException when it is no archive
   * @throws TooLargeException when there are more bytes
   */
  public static BuildContext read(InputStream body, Path directory, long limit) throws IOException {
    Files.createDirectories(directory);
    Path path = Files.createTempFile(directory, "context-", ".tar");
    BuildContext context;
    try {
      context =
          new BuildContext(
              FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } finally {
      // Open files stay readable: nothing is left behind however this ends.
      Files.delete(path);
    }
    try {
      context.fill(body, limit);
      return context;
    } catch (IOException | RuntimeException e) {
      context.close();
      throw e;
    }
  }

  private void fill(InputStream body, long limit) throws IOException {
    InputStream plain = Packing.unpacked(body);
    TarInput tar = new TarInput(plain);
    TarOutput copy =
        new TarOutput(new Limited(new BufferedOutputStream(out(), BUFFER_BYTES), limit));
    Optional<TarEntry> next = tar.next();
    while (next.isPresent()) {
      TarEntry entry = next.get();
      if (entry.name().equals(WRITTEN) || entry.name().startsWith(WRITTEN + "/")) {
        throw new MalformedArchiveException(
            "the context has an entry %s, a name that Berth needs for itself".formatted(WRITTEN));
      }
      if (entry.type() == '3' || entry.type() == '4') {
        throw new MalformedArchiveException(
            "the context's entry %s is a device, which is not taken".formatted(entry.name()));
      }
      if (entry.name().equals(IGNORE)) {
        if (!entry.isFile()) {
          throw new MalformedArchiveException(
              "the context's %s is no plain file".formatted(IGNORE));
        }
        ignore = Optional.of(text(entry, tar));
      } else if (!entry.name().isEmpty()) {
        copy.write(entry, tar.content());
      }
      next = tar.next();
    }
    copy.flush();
    // What follows the end is read, so that the client hears the answer; a packed rest is bounded.
    plain.transferTo(new Limited(OutputStream.nullOutputStream(), limit));
    body.transferTo(new Limited(OutputStream.nullOutputStream(), limit));
  }

  private static byte[] text(TarEntry entry, TarInput tar) throws IOException {
    if (entry.size() > MAX_TEXT_BYTES) {
      throw new MalformedArchiveException(
          "the context's %s is larger than %d bytes".formatted(entry.name(), MAX_TEXT_BYTES));
    }
    return tar.content().readAllBytes();
  }

  private OutputStream out() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
          file.write(buffer);
        }
      }
    };
  }

  /** Writes no more than a limit. */
  private static final class Limited extends FilterOutputStream {
    private final long limit;
    private long written;

    Limited(OutputStream out, long limit) {
      super(out);
      this.limit = limit;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written += length;
      if (written > limit) {
        throw new TooLargeException(limit);
      }
      out.write(bytes, offset, length);
    }
  }

  /**
   * The Dockerfile of that name, also where it is a link within the context; as on an engine the
   * default name is found in lower case, too.
   */
  public Optional<Found> dockerfile(String name) throws IOException {
    Optional<String> path = path(name);
    Optional<byte[]> found = path.isEmpty() ? Optional.empty() : find(path.get());
    if (found.isEmpty() && name.equals(DEFAULT)) {
      String lower = DEFAULT.toLowerCase(Locale.ROOT);
      return find(lower).map(bytes -> found(lower, bytes));
    }
    return found.map(bytes -> found(name, bytes));
  }

  private static Found found(String name, byte[] bytes) {
    return new Found(name, new String(bytes, StandardCharsets.ISO_8859_1));
  }

  private Optional<byte[]> find(String path) throws IOException {
    String wanted = path;
    for (int links = 0; links < MAX_LINKS; links++) {
      if (wanted.equals(IGNORE)) {
        return ignore;
      }
      Entry entry = last(wanted);
      if (entry.text().isPresent()) {
        return entry.text();
      }
      if (entry.link().isEmpty()) {
        return Optional.empty();
      }
      Optional<String> target = path(entry.link().get());
      if (target.isEmpty()) {
        return Optional.empty();
      }
      wanted = target.get();
    }
    return Optional.empty();
  }

  /** What an archive has by one name: a text, a link, or nothing of use. */
  private record Entry(Optional<byte[]> text, Optional<String> link) {}

  /** The last entry of a name is the one that counts. */
  private Entry last(String name) throws IOException {
    Entry found = new Entry(Optional.empty(), Optional.empty());
    file.position(0);
    TarInput tar =
        new TarInput(new BufferedInputStream(Channels.newInputStream(file), BUFFER_BYTES));
    Optional<TarEntry> next = tar.next();
    while (next.isPresent()) {
      TarEntry entry = next.get();
      if (entry.name().equals(name)) {
        found = entry(entry, tar);
      }
      next = tar.next();
    }
    return found;
  }

  private static Entry entry(TarEntry entry, TarInput tar) throws IOException {
    if (entry.isFile()) {
      return new Entry(Optional.of(text(entry, tar)), Optional.empty());
    }
    return switch (entry.type()) {
      case TarEntry.HARD_LINK -> new Entry(Optional.empty(), Optional.of("/" + entry.link()));
      case TarEntry.SYMBOLIC_LINK -> {
        int slash = entry.name().lastIndexOf('/');
        String directory = slash < 0 ? "" : entry.name().substring(0, slash + 1);
        yield new Entry(
            Optional.empty(),
            Optional.of(entry.link().startsWith("/") ? entry.link() : directory + entry.link()));
      }
      default -> new Entry(Optional.empty(), Optional.empty());
    };
  }

  /** A path from the context's root; it does not lead out of it. */
  private static Optional<String> path(String text) {
    List<String> segments = new ArrayList<>();
    for (String segment : text.split("/")) {
      switch (segment) {
        case "", "." -> {}
        case ".." -> {
          if (!segments.isEmpty()) {
            segments.removeLast();
          }
        }
        default -> segments.add(segment);
      }
    }
    return segments.isEmpty() ? Optional.empty() : Optional.of(String.join("/", segments));
  }

  /**
   * Writes the context with a further Dockerfile, {@link #WRITTEN}, which the engine takes out
   * again before it copies anything. The client's own is left out where its {@code .dockerignore}
   * says so: an engine would have looked for it under its name.
   *
   * @param dockerfile what the engine is to read
   * @param own the client's
   */
  public void copy(byte[] dockerfile, Found own, OutputStream out) throws IOException {
    TarOutput copy = new TarOutput(out);
    Optional<String> ownPath = path(own.name()).filter(this::isIgnored);
    file.position(0);
    InputStream in = Channels.newInputStream(file);
    if (ownPath.isEmpty()) {
      in.transferTo(out);
    } else {
      TarInput tar = new TarInput(new BufferedInputStream(in, BUFFER_BYTES));
      Optional<TarEntry> next = tar.next();
      while (next.isPresent()) {
        if (!next.get().name().equals(ownPath.get())) {
          copy.write(next.get(), tar.content());
        }
        next = tar.next();
      }
    }
    ByteArrayOutputStream patterns = new ByteArrayOutputStream();
    patterns.writeBytes(ignore.orElseGet(() -> IGNORE.getBytes(StandardCharsets.UTF_8)));
    patterns.writeBytes(("\n" + WRITTEN + "\n").getBytes(StandardCharsets.UTF_8));
    copy.write(IGNORE, patterns.toByteArray(), 0);
    copy.write(WRITTEN, dockerfile, 0);
    copy.end();
  }

  private boolean isIgnored(String path) {
    return ignore
        .map(bytes -> new IgnorePatterns(new String(bytes, StandardCharsets.UTF_8)))
        .filter(patterns -> patterns.excludes(path))
        .isPresent();
  }

  /** Gives the file's room back. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
