package dev.berth.agent.doctor;

import dev.berth.agent.monitor.HostFiles;

/** That what containers send fits through the interface to the other hosts. */
record MtuCheck(HostFiles files) implements Check {
  private static final int USUAL = 1500;

  @Override
  public Finding look() {
    String outer = "";
    for (String line : files.read("/proc/net/route").split("\n", -1)) {
      String[] fields = line.split("\t", -1);
      if (fields.length > 1 && fields[1].equals("00000000")) {
        outer = fields[0].strip();
        break;
      }
    }
    if (outer.isEmpty()) {
      return Finding.warning(
          "mtu", "there is no default route", "See with `ip route` whether others are reached.");
    }
    int wide = mtu(outer);
    int inner = mtu("docker0");
    return wide < inner
        ? Finding.failure(
            "mtu",
            "containers send packets of %d bytes, and %s takes %d".formatted(inner, outer, wide),
            "Set \"mtu\": %d in /etc/docker/daemon.json and start the engine again."
                .formatted(wide))
        : Finding.ok("mtu", "%s takes packets of %d bytes".formatted(outer, wide));
  }

  private int mtu(String device) {
    String text = files.read("/sys/class/net/" + device + "/mtu").strip();
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : USUAL;
  }
}
