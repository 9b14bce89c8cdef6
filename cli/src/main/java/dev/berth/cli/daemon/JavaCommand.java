package dev.berth.cli.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command line that starts {@code berth} once more, as this process was started. */
final class JavaCommand {
  /** ZooKeeper's libraries use both; the bin/berth script says the same. */
  private static final List<String> OPTIONS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  private JavaCommand() {}

  /** With further options for the JVM, and the words for {@code berth}. */
  static List<String> of(List<String> jvmOptions, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    // Set by bin/berth, which made the cache.
    Optional.ofNullable(System.getProperty("berth.aot"))
        .ifPresent(
            cache -> {
              command.add("-XX:AOTCache=" + cache);
              command.add("-Xlog:disable");
              command.add("-Xlog:all=error:stderr");
              command.add("-Dberth.aot=" + cache);
            });
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.berth.cli.Main");
    command.addAll(words);
    return command;
  }
}
