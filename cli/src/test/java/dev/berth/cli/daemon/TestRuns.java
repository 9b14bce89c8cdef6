package dev.berth.cli.daemon;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What {@code run.json} would hold if this process were a manager. */
public final class TestRuns {
  private TestRuns() {}

  public static Run ofThisProcess(Path data, String plain, String ca) {
    return Run.starting(data, Optional.empty(), false)
        .ready(
            List.of(new Run.Door(plain, ""), new Run.Door("tcp://127.0.0.1:2376", ca)),
            "127.0.0.1:2377");
  }
}
