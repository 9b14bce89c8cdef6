package dev.berth.lab;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One process and no later one that got its number: a pid with the clock tick since boot at which
 * it started (proc(5), field 22 of {@code /proc/[pid]/stat}). Holds within one boot of the machine.
 */
record ProcessId(long pid, long startTick) {

  /** No process: never alive, killing it does nothing. */
  static final ProcessId NONE = new ProcessId(0, 0);

  /** The process that has this number now, or {@link #NONE}. */
  static ProcessId of(long pid) {
    return stat(pid).map(fields -> new ProcessId(pid, Long.parseLong(fields.get(19)))).orElse(NONE);
  }

  /** A zombie counts as gone: it holds no namespace, file or address. */
  @JsonIgnore
  boolean isAlive() {
    return pid > 0
        && stat(pid)
            .filter(fields -> Long.parseLong(fields.get(19)) == startTick)
            .filter(fields -> !fields.getFirst().equals("Z") && !fields.getFirst().equals("X"))
            .isPresent();
  }

  void kill() {
    handle().ifPresent(ProcessHandle::destroyForcibly);
  }

  void terminate() {
    handle().ifPresent(ProcessHandle::destroy);
  }

  ProcessId parent() {
    return handle().flatMap(ProcessHandle::parent).map(parent -> of(parent.pid())).orElse(NONE);
  }

  List<ProcessId> children() {
    return handle().stream()
        .flatMap(ProcessHandle::children)
        .map(child -> of(child.pid()))
        .filter(ProcessId::isAlive)
        .toList();
  }

  /**
   * The handle is taken before the check, so that the check is of the process the handle is bound
   * to.
   */
  private Optional<ProcessHandle> handle() {
    return pid == 0 ? Optional.empty() : ProcessHandle.of(pid).filter(handle -> isAlive());
  }

  /**
   * The fields after the command's name, which may hold spaces and parentheses: the state is the
   * first.
   */
  private static Optional<List<String>> stat(long pid) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return Optional.of(List.of(line.substring(line.lastIndexOf(')') + 2).trim().split(" ")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
