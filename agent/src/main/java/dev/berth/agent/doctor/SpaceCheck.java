package dev.berth.agent.doctor;

import dev.berth.agent.monitor.FileSystem;
import dev.berth.common.monitor.Level;
import dev.berth.common.monitor.Thresholds;

/** That there is room for the engine's data, in bytes and in inodes. */
record SpaceCheck(FileSystem disk, Thresholds thresholds) implements Check {
  private static final double HUNDRED = 100;

  @Override
  public Finding look() {
    double used = Math.max(disk.usedShare(), disk.usedInodeShare());
    String what =
        "%.0f %% of the bytes and %.0f %% of the inodes of the engine's data are in use"
            .formatted(disk.usedShare() * HUNDRED, disk.usedInodeShare() * HUNDRED);
    String mend = "Remove what is not needed (docker system prune), or give it a larger disk.";
    return switch (thresholds.after(Level.NONE, used)) {
      case NONE -> Finding.ok("space", what);
      case AVOID -> Finding.warning("space", what, mend);
      case REFUSE -> Finding.failure("space", what, mend);
    };
  }
}
