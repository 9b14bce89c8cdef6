package dev.berth.lab.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes a tar archive whose bytes depend on nothing but its entries: owner root, one fixed time,
 * no user names. The form is ustar (POSIX.1-1988) with GNU's long-name entries for what does not
 * fit, which Go's {@code archive/tar} reads.
 */
final class TarWriter implements AutoCloseable {

  private static final int BLOCK = 512;
  private static final int NAME_LENGTH = 100;
  private static final char FILE = '0';
  private static final char LINK = '2';
  private static final char DIRECTORY = '5';
  private static final char LONG_LINK = 'K';
  private static final char LONG_NAME = 'L';

  private final OutputStream out;

  TarWriter(OutputStream out) {
    this.out = out;
  }

  void add(String path, Entry entry) throws IOException {
    switch (entry) {
      case Entry.Directory(int mode) -> header(path + "/", DIRECTORY, mode, 0, "");
      case Entry.Link(String target) -> header(path, LINK, 0777, 0, target);
      case Entry.Text(String content, int mode) -> {
        byte[] bytes = content.getBytes(UTF_8);
        header(path, FILE, mode, bytes.length, "");
        out.write(bytes);
        pad(bytes.length);
      }
      case Entry.Copy(Path source, int mode) -> copy(path, source, mode);
    }
  }

  private void copy(String path, Path source, int mode) throws IOException {
    long size = Files.size(source);
    header(path, FILE, mode, size, "");
    try (InputStream in = Files.newInputStream(source)) {
      long copied = in.transferTo(out);
      if (copied != size) {
        throw new IOException(
            source
                + " changed while it was read into an image: "
                + size
                + " bytes became "
                + copied);
      }
    }
    pad(size);
  }

  private void header(String path, char type, int mode, long size, String target)
      throws IOException {
    longValue(LONG_LINK, target);
    longValue(LONG_NAME, path);
    out.write(block(path, type, mode, size, target));
  }

  private void longValue(char type, String value) throws IOException {
    byte[] bytes = value.getBytes(UTF_8);
    if (bytes.length <= NAME_LENGTH) {
      return;
    }
    out.write(block("././@LongLink", type, 0, bytes.length + 1L, ""));
    out.write(bytes);
    out.write(0);
    pad(bytes.length + 1L);
  }

  private static byte[] block(String path, char type, int mode, long size, String target) {
    byte[] block = new byte[BLOCK];
    put(block, 0, NAME_LENGTH, path);
    put(block, 100, 8, octal(mode, 7));
    put(block, 108, 8, octal(0, 7));
    put(block, 116, 8, octal(0, 7));
    put(block, 124, 12, octal(size, 11));
    put(block, 136, 12, octal(ImageArchive.CREATED.getEpochSecond(), 11));
    put(block, 148, 8, "        ");
    block[156] = (byte) type;
    put(block, 157, NAME_LENGTH, target);
    put(block, 257, 8, "ustar\00000");
    int sum = 0;
    for (byte each : block) {
      sum += each & 0xff;
    }
    put(block, 148, 7, octal(sum, 6) + "\0");
    return block;
  }

  private static void put(byte[] block, int offset, int length, String value) {
    byte[] bytes = value.getBytes(UTF_8);
    System.arraycopy(bytes, 0, block, offset, Math.min(bytes.length, length));
  }

  private static String octal(long value, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "o", value);
  }

  private void pad(long size) throws IOException {
    out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
  }

  /** Ends the archive and closes the stream under it. */
  @Override
  public void close() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.close();
  }
}
