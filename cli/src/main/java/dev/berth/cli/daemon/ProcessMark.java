package dev.berth.cli.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process, and no later one that was given its number.
 *
 * @param started what differs between processes of one number: on Linux the machine's boot and the
 *     clock tick of the start (proc(5), field 22 of {@code stat}), which no change of the wall
 *     clock moves; elsewhere the time of the start
 */
record ProcessMark(long pid, String started) {

  static ProcessMark ofSelf() {
    return of(ProcessHandle.current().pid())
        .orElseThrow(() -> new IllegalStateException("this process is not in the process table"));
  }

  static Optional<ProcessMark> of(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(handle -> started(handle).map(started -> new ProcessMark(pid, started)));
  }

  /** The running process; empty when it ended, though another may have its number. */
  Optional<ProcessHandle> find() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(handle -> started(handle).filter(started::equals).isPresent());
  }

  private static Optional<String> started(ProcessHandle handle) {
    Path stat = Path.of("/proc", Long.toString(handle.pid()), "stat");
    if (!Files.exists(stat)) {
      return handle.info().startInstant().map(Object::toString);
    }
    try {
      String line = Files.readString(stat);
      // The command's name, in parentheses, may hold spaces and parentheses itself.
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      boolean isZombie = fields[0].equals("Z");
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      return isZombie ? Optional.empty() : Optional.of(boot + ":" + fields[19]);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
