package dev.berth.agent.doctor;

import dev.berth.agent.monitor.HostFiles;
import java.util.ArrayList;
import java.util.List;

/** That the kernel has the namespaces that containers are made of. */
record NamespaceCheck(HostFiles files) implements Check {
  @Override
  public Finding look() {
    List<String> missing = new ArrayList<>(List.of("ipc", "mnt", "net", "pid", "uts"));
    missing.removeAll(files.names("/proc/self/ns"));
    return missing.isEmpty()
        ? Finding.ok("namespaces", "the kernel has every namespace")
        : Finding.failure(
            "namespaces",
            "the kernel has no namespaces for " + String.join(", ", missing),
            "Use a kernel of the distribution: containers are not apart without.");
  }
}
