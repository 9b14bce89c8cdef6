package dev.berth.agent.doctor;

import dev.berth.agent.monitor.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * That a switch of the kernel is on.
 *
 * @param absent what to do when the kernel has no such switch
 */
record SysctlCheck(HostFiles files, String key, String why, Verdict verdict, String absent)
    implements Check {

  private String path() {
    return "/proc/sys/" + key.replace('.', '/');
  }

  @Override
  public Finding look() {
    String value = files.read(path()).strip();
    if (value.equals("1")) {
      return Finding.ok(key, key + " is 1");
    }
    if (value.isEmpty()) {
      return new Finding(key, verdict, "the kernel has no %s: %s".formatted(key, why), absent);
    }
    return new Finding(
        key,
        verdict,
        "%s is %s: %s".formatted(key, value, why),
        "Run: sysctl -w %s=1, and write it to /etc/sysctl.d/ for the next start.".formatted(key));
  }

  @Override
  public Optional<String> mend() throws IOException {
    if (!Files.exists(files.at(path()))) {
      return Optional.empty();
    }
    Files.writeString(files.at(path()), "1\n");
    return Optional.of("set " + key + " to 1, until the machine starts again");
  }
}
