package dev.berth.manager.image.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Writes a tar archive: ustar, with pax where a name or a size does not fit. For one thread. */
final class TarOutput {
  private static final int BLOCK = TarInput.BLOCK;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long MAX_OCTAL_SIZE = 1L << 33;

  private final OutputStream out;

  TarOutput(OutputStream out) {
    this.out = out;
  }

  void write(TarEntry entry, InputStream content) throws IOException {
    head(entry);
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = entry.size();
    while (left > 0) {
      int count = content.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new MalformedArchiveException("unexpected EOF");
      }
      out.write(buffer, 0, count);
      left -= count;
    }
    pad(entry.size());
  }

  void write(String name, byte[] content, long modified) throws IOException {
    head(TarEntry.file(name, content.length, modified));
    out.write(content);
    pad(content.length);
  }

  private void pad(long size) throws IOException {
    out.write(new byte[Math.floorMod(-size, BLOCK)]);
  }

  private void head(TarEntry entry) throws IOException {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    byte[] link = entry.link().getBytes(StandardCharsets.UTF_8);
    StringBuilder pax = new StringBuilder();
    if (name.length > 100) {
      pax.append(record("path", entry.name()));
    }
    if (link.length > 100) {
      pax.append(record("linkpath", entry.link()));
    }
    if (entry.size() >= MAX_OCTAL_SIZE) {
      pax.append(record("size", Long.toString(entry.size())));
    }
    if (!pax.isEmpty()) {
      byte[] text = pax.toString().getBytes(StandardCharsets.UTF_8);
      block(new byte[] {'p', 'a', 'x'}, 'x', text.length, 0644, 0, new byte[0]);
      out.write(text);
      pad(text.length);
    }
    block(
        name,
        entry.type(),
        entry.size() < MAX_OCTAL_SIZE ? entry.size() : 0,
        entry.mode(),
        entry.modified(),
        link);
  }

  private static String record(String key, String value) {
    String rest = " " + key + "=" + value + "\n";
    int bytes = rest.getBytes(StandardCharsets.UTF_8).length;
    int length = bytes + Integer.toString(bytes).length();
    if (Integer.toString(length).length() > Integer.toString(bytes).length()) {
      length++;
    }
    return length + rest;
  }

  private void block(byte[] name, char type, long size, int mode, long modified, byte[] link)
      throws IOException {
    byte[] head = new byte[BLOCK];
    System.arraycopy(name, 0, head, 0, Math.min(100, name.length));
    octal(head, 100, 8, mode);
    octal(head, 108, 8, 0);
    octal(head, 116, 8, 0);
    octal(head, 124, 12, size);
    octal(head, 136, 12, Math.max(0, modified) % MAX_OCTAL_SIZE);
    head[156] = (byte) type;
    System.arraycopy(link, 0, head, 157, Math.min(100, link.length));
    byte[] magic = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, head, 257, magic.length);
    Arrays.fill(head, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : head) {
      sum += b & 0xff;
    }
    octal(head, 148, 7, sum);
    out.write(head);
  }

  private static void octal(byte[] head, int offset, int length, long value) {
    byte[] digits =
        String.format(Locale.ROOT, "%0" + (length - 1) + "o", value)
            .getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, head, offset, digits.length);
    head[offset + length - 1] = 0;
  }

  void flush() throws IOException {
    out.flush();
  }

  /** Writes the end of the archive; does not close what is below. */
  void end() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.flush();
  }
}
