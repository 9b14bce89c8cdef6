package dev.berth.agent.doctor;

import dev.berth.agent.monitor.HostFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** That the kernel can limit what containers use. */
record CgroupCheck(HostFiles files) implements Check {
  @Override
  public Finding look() {
    Set<String> there = new HashSet<>();
    boolean isV1 = false;
    for (String line : files.read("/proc/mounts").split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 3 && fields[2].equals("cgroup")) {
        isV1 = true;
        there.addAll(Arrays.asList(fields[3].split(",", -1)));
      } else if (fields.length > 3 && fields[2].equals("cgroup2")) {
        String controllers = files.read(fields[1] + "/cgroup.controllers").strip();
        there.addAll(Arrays.asList(controllers.split(" ", -1)));
      }
    }
    List<String> needed = new ArrayList<>(List.of("cpu", "memory", "pids", "cpuset"));
    needed.add(isV1 ? "blkio" : "io");
    needed.removeAll(there);
    return needed.isEmpty()
        ? Finding.ok("cgroups", "control groups of version " + (isV1 ? 1 : 2) + " limit all")
        : Finding.failure(
            "cgroups",
            "control groups cannot limit " + String.join(", ", needed),
            "Start the kernel with these controllers on (cgroup_enable=memory among them), and mount /sys/fs/cgroup.");
  }
}
