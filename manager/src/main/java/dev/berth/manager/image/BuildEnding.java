package dev.berth.manager.image;

import java.io.IOException;
import java.util.Optional;

/** Ends what is under way, now or later, when the client has gone. Safe for any thread. */
final class BuildEnding implements AutoCloseable, Pulls.Cancel {
  private Optional<AutoCloseable> current = Optional.empty();
  private boolean isOver;

  @Override
  public void onGone(AutoCloseable work) throws IOException {
    synchronized (this) {
      current = Optional.of(work);
      if (!isOver) {
        return;
      }
    }
    end(work);
    throw new ImageException(500, "the client has gone");
  }

  @Override
  public void close() throws IOException {
    Optional<AutoCloseable> work;
    synchronized (this) {
      isOver = true;
      work = current;
    }
    if (work.isPresent()) {
      end(work.get());
    }
  }

  private static void end(AutoCloseable work) throws IOException {
    try {
      work.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
