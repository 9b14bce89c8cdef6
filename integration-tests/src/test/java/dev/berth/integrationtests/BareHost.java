package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.CommandResult;
import dev.berth.lab.LabHost;
import dev.berth.lab.LabProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A lab host with a Debian of its own: this machine's files under a layer that takes what is
 * written, without the Java that this machine has. All that was written is found in that layer.
 */
final class BareHost {
  private static final Path HOME = Path.of("/run/bare");
  private static final Path ROOT = HOME.resolve("root");

  private static final String MAKE =
      """
      set -e
      mkdir -p /run/bare
      mount -t tmpfs tmpfs /run/bare
      cd /run/bare
      mkdir upper work root
      mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
      for each in /proc /sys /dev; do mount --rbind $each root$each; done
      for each in /etc/hosts /run; do mount --bind $each root$each; done
      mount --bind /tmp root/tmp
      if [ -d root/usr/lib/jvm ]; then mount -t tmpfs tmpfs root/usr/lib/jvm; fi
      """;

  private final LabHost host;

  private BareHost(LabHost host) {
    this.host = host;
  }

  static BareHost on(LabHost host) {
    BareHost bare = new BareHost(host);
    bare.outside(MAKE);
    return bare;
  }

  /** Runs a line of the shell there, and returns what it printed. */
  String ok(String line) {
    CommandResult result = run(line);
    assertThat(result.exitCode()).describedAs("%s%n%s", line, result.output()).isZero();
    return result.output().strip();
  }

  CommandResult run(String line) {
    return host.run(
        "chroot",
        ROOT.toString(),
        "env",
        "-i",
        path(),
        "HOME=/root",
        "BERTH_AOT=off",
        "sh",
        "-c",
        line);
  }

  private static String path() {
    return "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  }

  private String outside(String script) {
    CommandResult result = host.run("sh", "-c", script);
    assertThat(result.exitCode()).describedAs("%s%n%s", script, result.output()).isZero();
    return result.output();
  }

  /** Installs packages, or what they hold now, again. */
  String install(List<Path> packages) {
    return ok(
        "dpkg --install "
            + packages.stream().map(Path::toString).collect(Collectors.joining(" "))
            + " 2>&1");
  }

  /** What was written since the host was made, Debian's own notes left out. */
  List<String> written() {
    return outside(
            "cd /run/bare/upper && find . ! -type d ! -type c"
                + " ! -path './var/lib/dpkg/*' ! -path './var/cache/*' ! -path './var/log/*'")
        .lines()
        .map(line -> line.substring(1))
        .toList();
  }

  /** Whatever there is now that was written and has Berth in its path, directories too. */
  List<String> named() {
    return outside(
            "cd /run/bare/upper && find . -path '*berth*' ! -type c ! -path './tmp/*'"
                + " ! -path './root/.cache/*'")
        .lines()
        .toList();
  }

  /**
   * Starts a service as systemd would by the lines of its unit: command, variables and their file,
   * user, directory, and powers.
   */
  LabProcess start(String service, Map<String, String> variables, Path log) {
    List<String> unit = ok("cat /lib/systemd/system/" + service + ".service").lines().toList();
    ok("mkdir -p -m 0700 /var/lib/" + value(unit, "StateDirectory"));
    String user = value(unit, "User");
    List<String> words = new ArrayList<>(List.of("chroot", ROOT.toString(), "env", "-i", path()));
    if (user.isEmpty()) {
      words.add("HOME=/root");
    } else {
      ok("chown %s /var/lib/%s".formatted(user, value(unit, "StateDirectory")));
    }
    words.addAll(List.of(value(unit, "Environment").split(" ")));
    variables.forEach((name, text) -> words.add(name + "=" + text));
    String file = value(unit, "EnvironmentFile").replaceFirst("^-", "");
    words.addAll(
        List.of(
            "sh",
            "-c",
            "if [ -r \"$0\" ]; then set -a; . \"$0\"; set +a; fi; exec \"$@\"",
            file.isEmpty() ? "/nonexistent" : file,
            "setpriv",
            "--no-new-privs",
            "--bounding-set=" + powers(unit, "CapabilityBoundingSet"),
            "--inh-caps=" + powers(unit, "AmbientCapabilities"),
            "--ambient-caps=" + powers(unit, "AmbientCapabilities")));
    if (!user.isEmpty()) {
      words.addAll(List.of("--reuid=" + user, "--regid=" + user, "--clear-groups"));
    }
    words.addAll(List.of(value(unit, "ExecStart").split(" ")));
    return host.spawn(words, Map.of(), log);
  }

  private static String powers(List<String> unit, String key) {
    return "-all"
        + Arrays.stream(value(unit, key).split(" "))
            .filter(power -> !power.isEmpty())
            .map(power -> ",+" + power.replaceFirst("^CAP_", "").toLowerCase(Locale.ROOT))
            .collect(Collectors.joining());
  }

  private static String value(List<String> unit, String key) {
    return unit.stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .collect(Collectors.joining(" "));
  }
}
