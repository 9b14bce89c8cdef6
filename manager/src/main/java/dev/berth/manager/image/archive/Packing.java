package dev.berth.manager.image.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** How an archive that a client sends is packed. */
final class Packing {
  private static final int BUFFER_BYTES = 64 * 1024;

  private Packing() {}

  /**
   * The archive itself, of what may be packed with gzip.
   *
   * @throws MalformedArchiveException when it is packed in another way
   */
  static InputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
    buffered.mark(8);
    byte[] magic = buffered.readNBytes(6);
    buffered.reset();
    if (magic.length >= 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
      return new GZIPInputStream(buffered, BUFFER_BYTES);
    }
    boolean isPacked =
        magic.length >= 4
            && ((magic[0] == 'B' && magic[1] == 'Z' && magic[2] == 'h')
                || (magic[0] == (byte) 0xfd && magic[1] == '7')
                || (magic[0] == 0x28 && magic[1] == (byte) 0xb5));
    if (isPacked) {
      throw new MalformedArchiveException(
          "the archive is packed with bzip2, xz or zstd: unpack it, or use gzip");
    }
    return buffered;
  }
}
