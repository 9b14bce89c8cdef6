package dev.berth.agent.doctor;

import dev.berth.agent.monitor.HostFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;

/** That the engine comes back when the machine does: by systemd, or by System V's links. */
record BootCheck(HostFiles files) implements Check {
  private static final String WANTS = "/etc/systemd/system/";

  @Override
  public Finding look() {
    boolean isEnabled =
        isThere(WANTS + "multi-user.target.wants/docker.service")
            || isThere(WANTS + "sockets.target.wants/docker.socket")
            || files.names("/etc/rc2.d").stream().anyMatch(name -> name.matches("S\\d+docker"));
    return isEnabled
        ? Finding.ok("boot", "the engine starts when the machine does")
        : Finding.warning(
            "boot",
            "nothing starts the engine when the machine starts",
            "Run: systemctl enable docker");
  }

  private boolean isThere(String path) {
    return Files.exists(files.at(path), LinkOption.NOFOLLOW_LINKS);
  }
}
