package dev.berth.manager.image;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A body on its way to an engine, which may stop to read it because it has answered already. */
final class Upload extends FilterOutputStream {

  /** The engine reads no more: its answer says why. */
  static final class StoppedException extends IOException {
    StoppedException(IOException cause) {
      super("the engine reads no more", cause);
    }
  }

  Upload(OutputStream out) {
    super(out);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new StoppedException(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw new StoppedException(e);
    }
  }

  /** Closing ends the body. */
  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      throw new StoppedException(e);
    }
  }
}
