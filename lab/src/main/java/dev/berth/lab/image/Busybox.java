package dev.berth.lab.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A usable busybox image from the machine's static busybox: the binary, a link for each applet, a
 * root user.
 */
final class Busybox {

  private static final Path BINARY = Path.of("/bin/busybox");

  private Busybox() {}

  static LabImage image() {
    SortedMap<String, Entry> entries = new TreeMap<>();
    LabImage.put(entries, "bin/busybox", new Entry.Copy(BINARY, 0755));
    for (String applet : applets()) {
      if (!applet.equals("busybox")) {
        LabImage.put(entries, "bin/" + applet, new Entry.Link("busybox"));
      }
    }
    LabImage.put(
        entries,
        "etc/passwd",
        new Entry.Text(
            "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n", 0644));
    LabImage.put(entries, "etc/group", new Entry.Text("root:x:0:\nnogroup:x:65534:\n", 0644));
    LabImage.put(entries, "tmp", new Entry.Directory(01777));
    LabImage.put(entries, "root", new Entry.Directory(0700));
    for (String directory : List.of("home", "var", "var/tmp", "www", "usr", "usr/bin")) {
      LabImage.put(entries, directory, new Entry.Directory(0755));
    }
    return LabImage.named("busybox:latest")
        .withEntries(entries)
        .withCommand("sh")
        .withEnvironment("PATH", "/bin:/usr/bin");
  }

  private static List<String> applets() {
    try {
      Process process =
          new ProcessBuilder(BINARY.toString(), "--list").redirectErrorStream(true).start();
      process.getOutputStream().close();
      try (BufferedReader reader = process.inputReader(UTF_8)) {
        return reader.readAllLines();
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot list the applets of "
              + BINARY
              + " ("
              + e.getMessage()
              + "): install busybox-static",
          e);
    }
  }
}
