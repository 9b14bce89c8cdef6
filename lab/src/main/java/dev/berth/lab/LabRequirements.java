package dev.berth.lab;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a machine must have for a lab, and how to get it there. */
public final class LabRequirements {

  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final List<String> PACKAGES =
      List.of("docker.io", "iptables", "iproute2", "busybox-static", "util-linux");
  private static final List<String> TOOLS =
      List.of(
          "dockerd",
          "containerd",
          "runc",
          "ip",
          "iptables",
          "nsenter",
          "unshare",
          "setsid",
          "mount",
          "umount");
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);

  private LabRequirements() {}

  /** What is missing, each in a few words; empty when a lab can be made. */
  public static List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (!isLinux()) {
      missing.add("Linux (this is " + System.getProperty("os.name") + ")");
      return missing;
    }
    if (!isRoot()) {
      missing.add("root (this process runs as " + System.getProperty("user.name") + ")");
    }
    TOOLS.stream()
        .filter(tool -> !isOnPath(tool))
        .forEach(tool -> missing.add("the program " + tool));
    if (!isStatic(BUSYBOX)) {
      missing.add("a statically linked " + BUSYBOX);
    }
    return List.copyOf(missing);
  }

  /**
   * Checks that nothing is missing.
   *
   * @throws LabException with all that is missing, and what to do
   */
  public static void check() {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new LabException("a lab needs %s: %s".formatted(String.join(", ", missing), advice()));
    }
  }

  /** What to do about missing programs on this machine, as the end of a sentence. */
  public static String advice() {
    if (!isLinux()) {
      return "run it on a Linux machine";
    }
    if (!isRoot()) {
      return "run it as root, with the programs of the packages %s"
          .formatted(String.join(", ", PACKAGES));
    }
    return canInstall()
        ? "install them with `apt-get install %s`".formatted(String.join(" ", PACKAGES))
        : "install a Docker engine, iptables, iproute2, util-linux and a static busybox with this system's package manager";
  }

  /**
   * Whether {@link #install()} can work here: root on Debian, Ubuntu or another system with apt.
   */
  public static boolean canInstall() {
    return isLinux() && isRoot() && isOnPath("apt-get");
  }

  /**
   * Installs the Debian packages that have what is missing; takes a minute and the network. On a
   * machine under systemd the Docker package starts its own engine as well, which a lab neither
   * uses nor minds.
   *
   * @throws LabException when it cannot, or when something is still missing afterwards
   */
  public static void install() {
    if (!canInstall()) {
      throw new LabException("cannot install what a lab needs on this machine: " + advice());
    }
    Command.checked(List.of("apt-get", "update", "-qq"), "", INSTALL_LIMIT);
    List<String> words =
        new ArrayList<>(
            List.of(
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-y",
                "-qq",
                "--no-install-recommends"));
    words.addAll(PACKAGES);
    Command.checked(words, "", INSTALL_LIMIT);
    check();
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");
  }

  private static boolean isRoot() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static boolean isOnPath(String tool) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, tool))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether an ELF file asks for no dynamic loader: it has no PT_INTERP among its program headers
   * (elf(5)).
   */
  static boolean isStatic(Path binary) {
    try {
      byte[] start = new byte[4096];
      int length;
      try (var in = Files.newInputStream(binary)) {
        length = in.readNBytes(start, 0, start.length);
      }
      if (length < 64 || start[0] != 0x7f || start[1] != 'E' || start[4] != 2) {
        return false;
      }
      ByteBuffer header =
          ByteBuffer.wrap(start, 0, length)
              .order(start[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      long offset = header.getLong(32);
      int size = Short.toUnsignedInt(header.getShort(54));
      int count = Short.toUnsignedInt(header.getShort(56));
      for (int i = 0; i < count; i++) {
        long at = offset + (long) i * size;
        if (at + 4 > length || header.getInt((int) at) == 3) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
