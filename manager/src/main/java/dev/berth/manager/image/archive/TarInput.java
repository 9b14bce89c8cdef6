package dev.berth.manager.image.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a tar archive (POSIX ustar and pax, and GNU long names) strictly: what two readers could
 * take for different things is refused. Memory is flat. For one thread.
 */
final class TarInput {
  static final int BLOCK = 512;
  private static final int MAX_NAME_BYTES = 64 * 1024;

  private final InputStream in;
  private long left;
  private long padding;

  TarInput(InputStream in) {
    this.in = in;
  }

  /** The next entry's head; empty at the end of the archive. */
  Optional<TarEntry> next() throws IOException {
    skip(left);
    left = 0;
    if (padding > 0) {
      // Some writers, the docker command among them, end with the last byte of a file.
      int filled = in.readNBytes((int) padding).length;
      if (filled == 0) {
        padding = 0;
        return Optional.empty();
      }
      if (filled < padding) {
        throw new MalformedArchiveException("unexpected EOF");
      }
    }
    padding = 0;
    Map<String, String> pax = new HashMap<>();
    String longName = "";
    String longLink = "";
    while (true) {
      byte[] head = in.readNBytes(BLOCK);
      if (head.length == 0 || isZero(head)) {
        return Optional.empty();
      }
      if (head.length < BLOCK) {
        throw new MalformedArchiveException("unexpected EOF");
      }
      requireChecksum(head);
      char type = (char) head[156];
      long size = number(head, 124, 12);
      switch (type) {
        case 'x' -> readPax(size, pax);
        case 'g' -> readText(size);
        case 'L' -> longName = withoutNul(readText(size));
        case 'K' -> longLink = withoutNul(readText(size));
        default -> {
          return Optional.of(entry(head, type, size, pax, longName, longLink));
        }
      }
    }
  }

  private TarEntry entry(
      byte[] head,
      char type,
      long declared,
      Map<String, String> pax,
      String longName,
      String longLink)
      throws MalformedArchiveException {
    String name = text(head, 0, 100);
    String prefix =
        text(head, 257, 5).equals("ustar") && head[262] == 0 ? text(head, 345, 155) : "";
    if (!prefix.isEmpty()) {
      name = prefix + "/" + name;
    }
    name = pax.getOrDefault("path", longName.isEmpty() ? name : longName);
    String link =
        pax.getOrDefault("linkpath", longLink.isEmpty() ? text(head, 157, 100) : longLink);
    long size = pax.containsKey("size") ? decimal(pax.get("size")) : declared;
    boolean hasContent = type == TarEntry.FILE || type == '\0' || type == '7';
    if (!hasContent && type != TarEntry.DIRECTORY && (type < '1' || type > '6')) {
      throw new MalformedArchiveException(
          "the archive's entry %s has the type '%s', which is not taken".formatted(name, type));
    }
    if (type == '\0' && name.endsWith("/")) {
      type = TarEntry.DIRECTORY;
      hasContent = false;
    }
    left = hasContent ? size : 0;
    padding = Math.floorMod(-left, BLOCK);
    return new TarEntry(
        plain(name),
        hasContent ? TarEntry.FILE : type,
        left,
        (int) (number(head, 100, 8) & 07777),
        number(head, 136, 12),
        link);
  }

  /** Without empty and dot segments, as an engine would find it. */
  private static String plain(String name) throws MalformedArchiveException {
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : name.split("/")) {
      switch (segment) {
        case "", "." -> {}
        case ".." ->
            throw new MalformedArchiveException(
                "the archive's entry %s leads out of it".formatted(name));
        default -> segments.addLast(segment);
      }
    }
    return String.join("/", segments);
  }

  /** The content of the entry that was read last. */
  InputStream content() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int count = in.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
          throw new MalformedArchiveException("unexpected EOF");
        }
        left -= count;
        return count;
      }
    };
  }

  private void skip(long bytes) throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (java.io.EOFException e) {
      throw new MalformedArchiveException("unexpected EOF");
    }
  }

  private String readText(long size) throws IOException {
    if (size > MAX_NAME_BYTES) {
      throw new MalformedArchiveException("the archive has a name of more than 64 KiB");
    }
    byte[] bytes = in.readNBytes((int) size);
    skip(Math.floorMod(-size, BLOCK));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void readPax(long size, Map<String, String> pax) throws IOException {
    if (!pax.isEmpty()) {
      throw new MalformedArchiveException("the archive has two extended heads for one entry");
    }
    byte[] bytes = readText(size).getBytes(StandardCharsets.UTF_8);
    pax.put("", "");
    int at = 0;
    while (at < bytes.length) {
      int space = at;
      while (space < bytes.length && bytes[space] != ' ') {
        space++;
      }
      long length = decimal(new String(bytes, at, space - at, StandardCharsets.US_ASCII));
      if (length <= space - at + 1 || at + length > bytes.length) {
        throw new MalformedArchiveException("the archive has a damaged extended head");
      }
      String record =
          new String(bytes, space + 1, (int) (at + length - space - 2), StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals <= 0) {
        throw new MalformedArchiveException("the archive has a damaged extended head");
      }
      String key = record.substring(0, equals);
      if (key.startsWith("GNU.sparse.")) {
        throw new MalformedArchiveException("the archive has sparse files, which are not taken");
      }
      pax.put(key, record.substring(equals + 1));
      at += (int) length;
    }
  }

  private static long decimal(String text) throws MalformedArchiveException {
    if (!text.matches("[0-9]{1,18}")) {
      throw new MalformedArchiveException("the archive has a number that is none: " + text);
    }
    return Long.parseLong(text);
  }

  /** Octal digits, or a big-endian number after a set bit as GNU writes large ones. */
  private static long number(byte[] head, int offset, int length) throws MalformedArchiveException {
    if ((head[offset] & 0x80) != 0) {
      long value = head[offset] & 0x7f;
      for (int i = 1; i < length; i++) {
        if (value >>> 54 != 0) {
          throw new MalformedArchiveException("the archive has a number that is too large");
        }
        value = (value << 8) | (head[offset + i] & 0xff);
      }
      return value;
    }
    String digits = text(head, offset, length).strip();
    if (!digits.matches("[0-7]{0,20}")) {
      throw new MalformedArchiveException("the archive has a number that is none: " + digits);
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  private static String text(byte[] head, int offset, int length) {
    int end = offset;
    while (end < offset + length && head[end] != 0) {
      end++;
    }
    return new String(head, offset, end - offset, StandardCharsets.UTF_8);
  }

  private static String withoutNul(String text) {
    int nul = text.indexOf('\0');
    return nul < 0 ? text : text.substring(0, nul);
  }

  private static void requireChecksum(byte[] head) throws MalformedArchiveException {
    byte[] copy = head.clone();
    Arrays.fill(copy, 148, 156, (byte) ' ');
    long sum = 0;
    for (byte b : copy) {
      sum += b & 0xff;
    }
    if (!text(head, 148, 8).strip().matches("[0-7]{1,8}") || number(head, 148, 8) != sum) {
      throw new MalformedArchiveException("archive/tar: invalid tar header");
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
