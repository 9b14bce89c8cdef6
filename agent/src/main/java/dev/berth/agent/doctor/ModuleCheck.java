package dev.berth.agent.doctor;

import dev.berth.agent.monitor.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** That a module of the kernel is there: loaded, built in or, at the least, to be had. */
record ModuleCheck(HostFiles files, String module, String why) implements Check {
  private static final int BOUND_SECONDS = 20;

  @Override
  public Finding look() {
    String directory = "/lib/modules/" + files.read("/proc/sys/kernel/osrelease").strip();
    String file = "/" + module + ".ko";
    boolean isThere =
        Files.exists(files.at("/sys/module/" + module))
            || files.read("/proc/modules").lines().anyMatch(it -> it.startsWith(module + " "))
            || files.read(directory + "/modules.builtin").contains(file);
    if (isThere) {
      return Finding.ok(module, "the kernel has " + module);
    }
    return files.read(directory + "/modules.dep").contains(file)
        ? Finding.warning(module, "%s is not loaded: %s".formatted(module, why), load())
        : Finding.warning(
            module,
            "the kernel does not tell of %s: %s".formatted(module, why),
            "Use a kernel that has it, or find out that it is built in by using it.");
  }

  private String load() {
    return "Run: modprobe %s, and write it to /etc/modules-load.d/ for the next start."
        .formatted(module);
  }

  @Override
  public Optional<String> mend() throws IOException {
    Process modprobe =
        new ProcessBuilder("modprobe", module)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return modprobe.waitFor(BOUND_SECONDS, TimeUnit.SECONDS) && modprobe.exitValue() == 0
          ? Optional.of("loaded the module " + module)
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
