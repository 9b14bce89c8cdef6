package dev.berth.agent.doctor;

import dev.berth.agent.monitor.HostFiles;

/**
 * That the engine's data have a file system of their own, so that they do not fill the system's.
 */
record DataRootCheck(HostFiles files, String dataRoot) implements Check {
  @Override
  public Finding look() {
    String longest = "/";
    for (String line : files.read("/proc/mounts").split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 1
          && (dataRoot + "/").startsWith(fields[1] + "/")
          && fields[1].length() > longest.length()) {
        longest = fields[1];
      }
    }
    return longest.equals("/")
        ? Finding.warning(
            "data-root",
            "the engine's data in %s are on the system's own file system".formatted(dataRoot),
            "Mount a file system of its own there: when tenants fill it, the machine goes on.")
        : Finding.ok("data-root", "the engine's data are on the file system of " + longest);
  }
}
