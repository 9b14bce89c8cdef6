package dev.berth.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds a lab's processes by the mark in their environment. This finds even those whose start was
 * never written down because the starting process was killed in between; containers carry no mark,
 * but live in a marked process's PID namespace.
 */
final class Sweep {

  static final String MARK = "BERTH_LAB";

  private Sweep() {}

  static List<ProcessId> processesOf(String labId) {
    long self = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses()
        .mapToLong(ProcessHandle::pid)
        .filter(pid -> pid != self && isMarked(pid, labId))
        .mapToObj(ProcessId::of)
        .filter(ProcessId::isAlive)
        .toList();
  }

  private static boolean isMarked(long pid, String labId) {
    try {
      String environment =
          Files.readString(Path.of("/proc", Long.toString(pid), "environ"), ISO_8859_1);
      return List.of(environment.split("\0")).contains(MARK + "=" + labId);
    } catch (IOException e) {
      // It ended, or the kernel has no environment of it to show.
      return false;
    }
  }
}
