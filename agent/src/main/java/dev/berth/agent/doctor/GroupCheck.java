package dev.berth.agent.doctor;

import dev.berth.agent.monitor.HostFiles;

/** Who is in the group that may use the engine: each of them can become root, past all tenants. */
record GroupCheck(HostFiles files) implements Check {
  @Override
  public Finding look() {
    for (String line : files.read("/etc/group").split("\n", -1)) {
      String[] fields = line.split(":", -1);
      if (fields.length == 4 && fields[0].equals("docker") && !fields[3].isBlank()) {
        return Finding.warning(
            "docker-group",
            "these users are in the group docker, and so root on this host: " + fields[3],
            "Take out who needs not be: gpasswd --delete USER docker");
      }
    }
    return Finding.ok("docker-group", "nobody is root by the group docker");
  }
}
