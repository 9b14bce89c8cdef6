package dev.berth.manager.image.archive;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Passes an archive that a client puts into a container on to its engine: byte for byte, but
 * without a packing, which an engine would undo with a program, without nodes of devices, and
 * without what comes after the archive's end.
 */
public final class ArchiveGate {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int END_BYTES = 1024;
  private static final char CHARACTER_DEVICE = '3';
  private static final char BLOCK_DEVICE = '4';

  private ArchiveGate() {}

  /** Keeps what was read until it is taken. */
  private static final class Recorder extends FilterInputStream {
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    Recorder(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value >= 0) {
        read.write(value);
      }
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      if (count > 0) {
        read.write(bytes, offset, count);
      }
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      return readNBytes((int) Math.min(count, BUFFER_BYTES)).length;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    void giveTo(OutputStream out) throws IOException {
      read.writeTo(out);
      read.reset();
    }
  }

  /**
   * Passes all of it.
   *
   * @throws MalformedArchiveException when it is none, or has what must not be in one; what came
   *     before has gone to the engine, which unpacks as it reads
   */
  public static void pass(InputStream archive, OutputStream out) throws IOException {
    Recorder recorder = new Recorder(Packing.unpacked(archive));
    TarInput tar = new TarInput(recorder);
    byte[] buffer = new byte[BUFFER_BYTES];
    Optional<TarEntry> entry = tar.next();
    while (entry.isPresent()) {
      char type = entry.get().type();
      if (type == CHARACTER_DEVICE || type == BLOCK_DEVICE) {
        throw new MalformedArchiveException(
            "the archive has the device %s: nodes of devices are not taken"
                .formatted(entry.get().name()));
      }
      recorder.giveTo(out);
      InputStream content = tar.content();
      while (content.read(buffer) >= 0) {
        recorder.giveTo(out);
      }
      entry = tar.next();
    }
    recorder.giveTo(out);
    out.write(new byte[END_BYTES]);
  }
}
