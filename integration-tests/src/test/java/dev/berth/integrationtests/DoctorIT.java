package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.ResponseHead;
import dev.berth.lab.CommandResult;
import dev.berth.lab.LabHost;
import dev.berth.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults planted on a real host, whose doctor is to find them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DoctorIT {
  /** From good to bad. */
  private static final List<String> WORDS = List.of("ok", "warning", "failure");

  private static final int WARNING = 1;
  private static final int FAILURE = 2;

  private Fleet fleet;
  private LabHost host;
  private String data;

  @BeforeAll
  void start() throws IOException {
    fleet = Fleet.start(2);
    host = fleet.hosts().getFirst();
    data = fleet.data().resolve("lab/cluster/agents").resolve(host.name()).toString();
    assertThat(Path.of(data, "agent", "zookeeper")).exists();
  }

  @AfterAll
  void stop() {
    fleet.close();
  }

  /** What the doctor says on the host, with what it ended with. */
  private record Report(int exit, JsonNode json) {
    private JsonNode of(String check) {
      return json.path("findings")
          .valueStream()
          .filter(each -> each.path("check").asText().equals(check))
          .max(Comparator.comparingInt(each -> WORDS.indexOf(each.path("verdict").asText())))
          .orElseThrow(() -> new AssertionError("no finding of " + check + " in " + json));
    }
  }

  private Report doctor(String... more) {
    List<String> words = Fleet.words("host", "doctor", "--format", "json", "--data", data);
    if (!List.of(more).contains("--engine")) {
      words.addAll(List.of("--engine", host.engineSocket().toString()));
    }
    words.addAll(List.of(more));
    CommandResult result = host.run(words.toArray(String[]::new));
    try {
      return report(result.exitCode(), result.output());
    } catch (IOException e) {
      throw new UncheckedIOException(result.toString(), e);
    }
  }

  private static Report report(int exit, String output) throws IOException {
    return new Report(
        exit, new JsonMapper().readTree(output.substring(Math.max(0, output.indexOf('{')))));
  }

  private void run(String... command) {
    CommandResult result = host.run(command);
    assertThat(result.exitCode()).describedAs(result.toString()).isZero();
  }

  /** Plants a fault, has it found, and takes it away. */
  private void found(String check, int verdict, String what, Runnable plant, Runnable heal) {
    plant.run();
    try {
      Report report = doctor();
      JsonNode finding = report.of(check);
      assertThat(finding.path("verdict").asText())
          .describedAs(finding.toString())
          .isEqualTo(WORDS.get(verdict));
      assertThat(finding.path("what").asText()).contains(what);
      assertThat(finding.path("mend").asText()).isNotEmpty();
      assertThat(report.exit()).isGreaterThanOrEqualTo(verdict);
    } finally {
      heal.run();
    }
  }

  @Test
  void a_host_of_the_fleet_knows_whom_it_has_to_reach_and_has_no_failure() {
    Report report = doctor();
    assertThat(report.exit()).describedAs(report.json().toPrettyString()).isLessThan(FAILURE);
    for (String check :
        List.of(
            "engine",
            "socket",
            "net.ipv4.ip_forward",
            "mtu",
            "docker-group",
            "storage-driver",
            "reach-manager",
            "reach-zookeeper",
            "reach-agent",
            "clock")) {
      assertThat(report.of(check).path("verdict").asText()).describedAs(check).isEqualTo("ok");
    }
    assertThat(report.of("reach-agent").path("what").asText())
        .contains(fleet.hosts().get(1).address().getHostAddress());
  }

  @Test
  void an_engine_that_is_down_is_found() {
    found("engine", FAILURE, "no engine answers", host::stopEngine, host::startEngine);
  }

  @Test
  void a_socket_that_is_open_to_all_is_found_and_mended() {
    String socket = host.engineSocket().toString();
    run("chmod", "o+rw", socket);
    Report report = doctor("--fix");
    assertThat(report.json().path("mended").toString()).contains("took the permissions of others");
    assertThat(report.of("socket").path("verdict").asText()).isEqualTo("ok");
    found(
        "socket",
        FAILURE,
        "every user of the machine",
        () -> run("chmod", "o+rw", socket),
        () -> run("chmod", "o-rwx", socket));
  }

  @Test
  void packets_that_are_not_forwarded_are_found_and_mended() {
    Runnable plant = () -> run("sysctl", "-qw", "net.ipv4.ip_forward=0");
    plant.run();
    assertThat(doctor("--fix").json().path("mended").toString())
        .contains("set net.ipv4.ip_forward to 1");
    found(
        "net.ipv4.ip_forward",
        FAILURE,
        "containers reach nobody",
        plant,
        () -> run("sysctl", "-qw", "net.ipv4.ip_forward=1"));
  }

  @Test
  void whom_it_cannot_reach_is_found() {
    Map<String, String> ports = Map.of("manager", "2377", "zookeeper", "2181", "agent", "2378");
    ports.forEach(
        (who, port) -> {
          List<String> rule = List.of("OUTPUT", "-p", "tcp", "--dport", port, "-j", "REJECT");
          found(
              "reach-" + who,
              FAILURE,
              "is not reached",
              () -> iptables("-I", rule),
              () -> iptables("-D", rule));
        });
  }

  private void iptables(String verb, List<String> rule) {
    List<String> words = new ArrayList<>(List.of("iptables", verb));
    words.addAll(rule);
    run(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({"3600, failure", "-3600, failure", "10, warning", "0, ok"})
  void a_clock_that_is_not_the_managers_is_found(
      int seconds, String verdict, @TempDir Path directory) throws Exception {
    HttpServer late =
        HttpServer.start(
            new ServerSocket(0, 10, InetAddress.getLoopbackAddress()),
            HttpServer.Limits.DEFAULT,
            exchange -> {
              String date =
                  DateTimeFormatter.RFC_1123_DATE_TIME.format(
                      ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(seconds));
              exchange.respond(
                  new ResponseHead(404, "Not Found", Headers.of("Date", date)), new byte[0]);
            });
    try (late;
        TlsFront front = TlsFront.start(directory, late.address().getPort())) {
      Outcome outcome =
          fleet.berth(
              "host",
              "doctor",
              "--format",
              "json",
              "--engine",
              host.engineSocket().toString(),
              "--manager",
              front.url().getAuthority());
      JsonNode clock = report(outcome.exit(), outcome.out()).of("clock");
      assertThat(clock.path("verdict").asText()).describedAs(clock.toString()).isEqualTo(verdict);
      if (seconds != 0) {
        assertThat(clock.path("what").asText()).contains("s apart");
      }
    }
  }

  @Test
  void an_interface_that_is_too_narrow_is_found() {
    String device =
        host.run("sh", "-c", "ip route show default | sed 's/.* dev //;s/ .*//'").output().strip();
    assertThat(device).isNotEmpty();
    found(
        "mtu",
        FAILURE,
        "takes 1200",
        () -> run("ip", "link", "set", device, "mtu", "1200"),
        () -> run("ip", "link", "set", device, "mtu", "1500"));
  }

  @Test
  void members_of_the_docker_group_are_found(@TempDir Path directory) throws IOException {
    Path group = directory.resolve("group");
    Files.writeString(group, "root:x:0:\ndocker:x:998:mallory\n");
    found(
        "docker-group",
        WARNING,
        "mallory",
        () -> run("mount", "--bind", group.toString(), "/etc/group"),
        () -> run("umount", "/etc/group"));
    assertThat(doctor().of("docker-group").path("verdict").asText()).isEqualTo("ok");
  }

  @Test
  void an_engine_that_may_open_few_files_is_found() {
    String pid = host.run("cat", "/var/run/docker.pid").output().strip();
    assertThat(pid).matches("\\d+");
    found(
        "file-limit",
        WARNING,
        "may open 1024 files only",
        () -> run("prlimit", "--pid", pid, "--nofile=1024:"),
        () ->
            run(
                "sh",
                "-c",
                "prlimit --pid %s --nofile=$(prlimit --pid %s --nofile -o HARD --noheadings):"
                    .formatted(pid, pid)));
  }

  /** A second engine on the host, whose data are on a small file system. */
  @Test
  void a_slow_storage_driver_a_full_disk_and_a_lack_of_inodes_are_found(@TempDir Path directory) {
    String root = directory.resolve("small").toString();
    String socket = directory.resolve("small.sock").toString();
    run("mkdir", root);
    run("mount", "-t", "tmpfs", "-o", "size=64m,nr_inodes=2000", "tmpfs", root);
    LabProcess engine =
        host.spawn(
            List.of(
                "dockerd",
                "--storage-driver=vfs",
                "--bridge=none",
                "--iptables=false",
                "--data-root=" + root + "/data",
                "--exec-root=" + directory.resolve("exec"),
                "--pidfile=" + directory.resolve("pid"),
                "--host=unix://" + socket),
            Map.of(),
            directory.resolve("log"));
    try {
      Eventually.get(
          () -> doctor("--engine", socket).of("engine").path("verdict").asText(), "ok"::equals);
      Report fresh = doctor("--engine", socket);
      assertThat(fresh.of("storage-driver").path("verdict").asText()).isEqualTo("warning");
      assertThat(fresh.of("storage-driver").path("what").asText()).contains("vfs copies the whole");
      assertThat(fresh.of("space").path("verdict").asText()).isEqualTo("ok");
      host.run("dd", "if=/dev/zero", "of=" + root + "/filler", "bs=1M", "count=61");
      Report full = doctor("--engine", socket);
      assertThat(full.of("space").path("verdict").asText()).isEqualTo("failure");
      assertThat(full.exit()).isEqualTo(FAILURE);
      run("rm", root + "/filler");
      assertThat(doctor("--engine", socket).of("space").path("verdict").asText()).isEqualTo("ok");
      run(
          "sh",
          "-c",
          "mkdir %s/many && cd %s/many && seq 1 1850 | xargs touch".formatted(root, root));
      Report many = doctor("--engine", socket);
      assertThat(many.of("space").path("verdict").asText()).isEqualTo("failure");
      assertThat(many.of("space").path("what").asText()).containsPattern("9\\d % of the inodes");
    } finally {
      engine.kill();
      host.run("umount", "-l", root);
    }
  }

  @Test
  void a_machine_that_is_not_fit_does_not_join_and_is_told_why(@TempDir Path directory) {
    LabHost other = fleet.hosts().get(1);
    String token =
        fleet.berth("host", "token", "create").ok().out().replaceAll("(?s).*--join (\\S+).*", "$1");
    List<String> words =
        Fleet.words(
            "agent",
            "--data",
            directory.toString(),
            "--engine",
            other.engineSocket().toString(),
            "--name",
            "unfit",
            "--listen",
            other.address().getHostAddress() + ":2399");
    List<String> line = new ArrayList<>(List.of("env", "BERTH_JOIN=" + token));
    line.addAll(words);
    assertThat(other.run("sysctl", "-qw", "net.ipv4.ip_forward=0").exitCode()).isZero();
    try {
      CommandResult refused = other.run(line.toArray(String[]::new));
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.toString())
          .contains("this machine is not fit to be a host", "net.ipv4.ip_forward is 0", "sysctl -w")
          .doesNotContain(token);
      assertThat(fleet.berth("host", "ls").ok().out()).doesNotContain("unfit");
    } finally {
      other.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
    }
  }
}
