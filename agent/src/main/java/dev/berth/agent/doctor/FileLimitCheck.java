package dev.berth.agent.doctor;

import dev.berth.agent.monitor.HostFiles;

/** That the engine may open files enough for many containers. */
record FileLimitCheck(HostFiles files) implements Check {
  private static final long NEEDED = 65_536;

  @Override
  public Finding look() {
    String pid = files.read("/var/run/docker.pid").strip();
    String who = pid.matches("\\d{1,9}") ? pid : "self";
    for (String line : files.read("/proc/" + who + "/limits").split("\n", -1)) {
      if (line.startsWith("Max open files")) {
        String soft = line.substring("Max open files".length()).strip().split(" +", -1)[0];
        return soft.matches("\\d{1,18}") && Long.parseLong(soft) < NEEDED
            ? Finding.warning(
                "file-limit",
                "%s may open %s files only"
                    .formatted(who.equals("self") ? "a process" : "the engine", soft),
                "Set LimitNOFILE=1048576 in docker.service, and start the engine again.")
            : Finding.ok("file-limit", "files enough may be open: " + soft);
      }
    }
    return Finding.warning(
        "file-limit", "the kernel does not tell how many files may be open", "Run: ulimit -n");
  }
}
