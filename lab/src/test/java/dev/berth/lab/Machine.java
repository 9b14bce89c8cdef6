package dev.berth.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What the tests need of the machine, and what a lab may have left on it. */
final class Machine {

  private Machine() {}

  /** Root on Linux is assumed; the programs are then installed, or their lack is a failure. */
  static void require() {
    boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");
    assumeTrue(linux, "NOT TESTED: a lab needs Linux");
    assumeTrue(System.getProperty("user.name").equals("root"), "NOT TESTED: a lab needs root");
    if (!LabRequirements.missing().isEmpty() && LabRequirements.canInstall()) {
      LabRequirements.install();
    }
    LabRequirements.check();
  }

  /** The network namespaces of a lab's hosts and switch, as the kernel names them. */
  static List<String> networkNamespaces(Lab lab) {
    Stream<Path> spaces =
        Stream.concat(
            Stream.of(lab.network().bridgeSpace().network()),
            lab.hosts().stream().map(LabHost::networkNamespace));
    return spaces.map(Machine::link).toList();
  }

  /** Everything on the machine that belongs to a lab, in words. */
  static List<String> tracesOf(String labId, Path directory, List<String> networkNamespaces)
      throws IOException {
    List<String> traces = new ArrayList<>();
    Sweep.processesOf(labId).forEach(process -> traces.add("process " + process));
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      processes
          .filter(process -> Character.isDigit(process.getFileName().toString().charAt(0)))
          .filter(process -> networkNamespaces.contains(link(process.resolve("ns/net"))))
          .forEach(process -> traces.add("process in a namespace of the lab: " + process));
    }
    linesWith(Command.run(List.of("ip", "-o", "link")), "berth-lab-" + labId).forEach(traces::add);
    linesWith(Command.run(List.of("ip", "netns")), labId).forEach(traces::add);
    linesWith(Files.readString(Path.of("/proc/mounts")), labId).forEach(traces::add);
    linesWith(Files.readString(Path.of("/proc/mounts")), directory.toString()).forEach(traces::add);
    try (Stream<Path> groups =
        Files.find(Path.of("/sys/fs/cgroup"), 3, (path, attributes) -> attributes.isDirectory())) {
      groups
          .filter(group -> group.toString().contains(labId))
          .forEach(group -> traces.add("cgroup " + group));
    }
    if (Files.exists(Path.of("/run/berth-lab-" + labId))) {
      traces.add("a directory of sockets");
    }
    if (Files.exists(directory)) {
      traces.add("directory " + directory);
    }
    return traces;
  }

  /** What a lab could change of the machine without its name on it. */
  static String commonGround() {
    return Command.run(List.of("iptables-save"))
            .lines()
            .filter(line -> !line.startsWith("#") && !line.startsWith(":"))
            .toList()
        + Command.run(List.of("sysctl", "net.ipv4.ip_forward"))
        + Command.run(List.of("ls", "/opt"))
        + Files.exists(Path.of("/run/mount"));
  }

  private static List<String> linesWith(String text, String word) {
    return text.lines().filter(line -> line.contains(word)).toList();
  }

  private static String link(Path path) {
    try {
      return Files.readSymbolicLink(path).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
