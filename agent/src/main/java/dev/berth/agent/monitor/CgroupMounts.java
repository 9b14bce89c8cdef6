package dev.berth.agent.monitor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the control groups of a host are. Version 1 has a hierarchy for each controller, version 2
 * has one for all; a host may have both, and then those of version 1 do the work.
 *
 * @param v1 the mount point of each controller of version 1
 * @param v2 the mount point of the unified hierarchy; empty when there is none
 */
record CgroupMounts(Map<String, String> v1, Optional<String> v2) {
  private static final List<String> CONTROLLERS =
      List.of("cpu", "cpuacct", "memory", "blkio", "pids");

  /** Of {@code /proc/mounts}. */
  static CgroupMounts parse(String mounts) {
    Map<String, String> v1 = new HashMap<>();
    Optional<String> v2 = Optional.empty();
    for (String line : mounts.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length >= 4 && fields[2].equals("cgroup")) {
        for (String option : fields[3].split(",", -1)) {
          if (CONTROLLERS.contains(option)) {
            v1.putIfAbsent(option, fields[1]);
          }
        }
      } else if (fields.length >= 4 && fields[2].equals("cgroup2") && v2.isEmpty()) {
        v2 = Optional.of(fields[1]);
      }
    }
    return new CgroupMounts(Map.copyOf(v1), v2);
  }

  /** Whether version 2 does the work. */
  boolean isUnified() {
    return !v1.containsKey("memory") && v2.isPresent();
  }

  /**
   * The directories of a process's groups, by controller; under "" that of version 2.
   *
   * @param cgroup the text of {@code /proc/PID/cgroup}
   */
  Map<String, String> directories(String cgroup) {
    Map<String, String> found = new HashMap<>();
    for (String line : cgroup.split("\n", -1)) {
      String[] fields = line.split(":", 3);
      if (fields.length < 3) {
        continue;
      }
      if (fields[0].equals("0") && fields[1].isEmpty()) {
        v2.ifPresent(mount -> found.put("", mount + fields[2]));
      }
      for (String controller : fields[1].split(",", -1)) {
        if (v1.containsKey(controller)) {
          found.put(controller, v1.get(controller) + fields[2]);
        }
      }
    }
    return found;
  }
}
