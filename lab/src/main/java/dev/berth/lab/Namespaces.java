package dev.berth.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Namespaces that live exactly as long as one process, their holder, which does nothing but wait
 * and reap. A host's holder is the first process of a PID namespace: when it is killed the kernel
 * kills all that ran on the host, then drops its mounts and links. So nothing of a host has a name
 * on the machine, and a power cut is one signal.
 */
record Namespaces(ProcessId holder, List<String> kinds) {

  private static final List<String> HOST_KINDS =
      List.of("--mount", "--uts", "--ipc", "--net", "--pid");
  private static final List<String> SWITCH_KINDS = List.of("--net");
  private static final Path HOLDER_OUTPUT = Path.of("/dev/null");

  static Namespaces ofHost(ProcessId holder) {
    return new Namespaces(holder, HOST_KINDS);
  }

  static Namespaces ofSwitch(ProcessId holder) {
    return new Namespaces(holder, SWITCH_KINDS);
  }

  static Namespaces startSwitch(Map<String, String> environment) {
    return ofSwitch(start(SWITCH_KINDS, "switch-holder.sh", List.of(), environment));
  }

  /**
   * @param home the host's own directory, where the files that differ from the machine's are
   * @param visible directories under {@code /run} of the machine that the host must still see
   */
  static Namespaces startHost(
      String hostname, Path home, List<Path> visible, Map<String, String> environment) {
    List<String> arguments = new ArrayList<>(List.of(hostname, home.toString()));
    visible.forEach(path -> arguments.add(path.toString()));
    List<String> kinds = Stream.concat(HOST_KINDS.stream(), Stream.of("--fork")).toList();
    return ofHost(start(kinds, "host-holder.sh", arguments, environment));
  }

  boolean areAlive() {
    return holder.isAlive();
  }

  /** The words to put before a command that is to run inside. */
  List<String> enter() {
    List<String> words =
        new ArrayList<>(List.of("nsenter", "--target", Long.toString(holder.pid())));
    words.addAll(kinds);
    words.add("--");
    return words;
  }

  String run(String... command) {
    return Command.run(Stream.concat(enter().stream(), Stream.of(command)).toList());
  }

  /** Runs several {@code ip} commands, one a line; the first that fails ends it. */
  void ip(String... lines) {
    List<String> words = new ArrayList<>(enter());
    words.addAll(List.of("ip", "-batch", "-"));
    Command.run(words, String.join("\n", lines) + "\n");
  }

  Path network() {
    return Path.of("/proc", Long.toString(holder.pid()), "ns", "net");
  }

  private static ProcessId start(
      List<String> kinds, String script, List<String> arguments, Map<String, String> environment) {
    // A session of its own: Ctrl-C in the terminal of whoever started the lab must not reach the
    // hosts.
    List<String> words = new ArrayList<>(List.of("setsid", "unshare"));
    words.addAll(kinds);
    words.addAll(List.of("--", "sh", "-c", resource(script), script));
    words.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectInput(HOLDER_OUTPUT.toFile());
    builder.environment().putAll(environment);
    List<String> printed = new ArrayList<>();
    try {
      Process process = builder.start();
      try (BufferedReader reader = process.inputReader(UTF_8)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (line.startsWith("up ")) {
            return ProcessId.of(Long.parseLong(line.substring(3)));
          }
          printed.add(line);
        }
      }
    } catch (IOException e) {
      throw new LabException("cannot make namespaces with unshare: " + e.getMessage(), e);
    }
    throw new LabException(
        "cannot make namespaces with unshare (this needs root and a kernel that lets it): "
            + String.join("; ", printed));
  }

  private static String resource(String name) throws LabException {
    try (InputStream in = Namespaces.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing beside " + Namespaces.class.getName());
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new LabException("cannot read " + name + ": " + e.getMessage(), e);
    }
  }
}
