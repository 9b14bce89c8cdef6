package dev.berth.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.agent.Dockerd;
import dev.berth.agent.SharedEngine;
import dev.berth.agent.monitor.FileSystem;
import dev.berth.agent.monitor.MonitorLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedEngine.class)
class DoctorTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String GOOD_INFO =
      "{'Driver':'overlay2','SwapLimit':true,'DockerRootDir':'/var/lib/docker','SecurityOptions':['name=seccomp,profile=default']}";

  @TempDir private Path root;
  private Path socket;
  private String info = GOOD_INFO;
  private String apiVersion = "1.41";

  private void plant(String path, String text) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @BeforeEach
  void plantHealth() throws IOException {
    socket = root.resolve("docker.sock");
    plant("/docker.sock", "");
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    plant("/etc/systemd/system/multi-user.target.wants/docker.service", "");
    plant("/etc/group", "root:x:0:\ndocker:x:101:\n");
    plant(
        "/proc/mounts",
        "/dev/vda / ext4 rw 0 0\n/dev/vdb /var/lib/docker ext4 rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
    plant("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
    plant("/proc/sys/net/ipv4/ip_forward", "1\n");
    plant("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
    for (String namespace : List.of("ipc", "mnt", "net", "pid", "uts")) {
      plant("/proc/self/ns/" + namespace, "");
    }
    plant("/proc/modules", "vxlan 1 0 - Live 0x0\n");
    plant("/proc/net/route", "Iface\tDestination\neth0\t00000000\t0100\n");
    plant("/sys/class/net/eth0/mtu", "1500\n");
    plant("/sys/class/net/docker0/mtu", "1500\n");
    plant("/proc/self/limits", "Max open files            1048576              1048576  files\n");
  }

  private Doctor doctor() throws IOException {
    EngineFacts engine =
        new EngineFacts(
            JSON.readTree(info.replace('\'', '"')),
            JSON.readTree(
                "{\"Version\":\"20.10\",\"MinAPIVersion\":\"1.12\",\"ApiVersion\":\"%s\"}"
                    .formatted(apiVersion)));
    return Doctor.of(new Doctor.Patient(root, socket, Neighbourhood.NONE), Optional.of(engine));
  }

  private Finding finding(String check) throws IOException {
    return doctor().examine().findings().stream()
        .filter(each -> each.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  private void isFound(String check, Verdict verdict) throws IOException {
    Finding finding = finding(check);
    assertThat(finding.verdict()).as(finding.toString()).isEqualTo(verdict);
    assertThat(finding.mend()).isNotEmpty();
  }

  @Test
  void a_healthy_host_has_nothing_to_mend() throws IOException {
    assertThat(doctor().examine().findings())
        .filteredOn(each -> !each.check().equals("space"))
        .allMatch(each -> each.verdict() == Verdict.OK)
        .hasSizeGreaterThan(12);
  }

  @Test
  void an_engine_that_is_too_old_is_found() throws IOException {
    apiVersion = "1.40";
    isFound("engine", Verdict.FAILURE);
  }

  @Test
  void an_engine_that_does_not_start_at_boot_is_found() throws IOException {
    Files.delete(root.resolve("etc/systemd/system/multi-user.target.wants/docker.service"));
    isFound("boot", Verdict.WARNING);
  }

  @Test
  void users_who_are_root_by_the_group_are_found() throws IOException {
    plant("/etc/group", "docker:x:101:eve,mallory\n");
    isFound("docker-group", Verdict.WARNING);
  }

  @Test
  void storage_drivers_that_are_slow_are_found() throws IOException {
    info = GOOD_INFO.replace("overlay2", "vfs");
    isFound("storage-driver", Verdict.WARNING);
    info =
        GOOD_INFO.replace(
            "'overlay2'", "'devicemapper','DriverStatus':[['Data loop file','/var/x']]");
    isFound("storage-driver", Verdict.FAILURE);
  }

  @Test
  void swap_and_system_calls_without_bounds_are_found() throws IOException {
    info = "{'Driver':'overlay2','SwapLimit':false}";
    isFound("swap-accounting", Verdict.WARNING);
    isFound("seccomp", Verdict.FAILURE);
  }

  @Test
  void a_profile_that_filters_nothing_is_found() throws IOException {
    info = GOOD_INFO.replace("profile=default", "profile=unconfined");
    isFound("seccomp", Verdict.FAILURE);
  }

  @Test
  void data_on_the_system_s_own_disk_are_found() throws IOException {
    plant("/proc/mounts", "/dev/vda / ext4 rw 0 0\n");
    isFound("data-root", Verdict.WARNING);
    isFound("cgroups", Verdict.FAILURE);
  }

  @Test
  void a_controller_that_is_missing_is_found() throws IOException {
    plant("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io pids\n");
    isFound("cgroups", Verdict.FAILURE);
    assertThat(finding("cgroups").what()).endsWith("memory");
  }

  @Test
  void namespaces_modules_and_small_limits_are_found() throws IOException {
    Files.delete(root.resolve("proc/self/ns/net"));
    plant("/proc/modules", "");
    plant("/proc/self/limits", "Max open files            1024                 4096  files\n");
    isFound("namespaces", Verdict.FAILURE);
    isFound("vxlan", Verdict.WARNING);
    isFound("file-limit", Verdict.WARNING);
  }

  @Test
  void packets_that_are_too_large_are_found() throws IOException {
    plant("/sys/class/net/eth0/mtu", "1450\n");
    isFound("mtu", Verdict.FAILURE);
  }

  @Test
  void a_disk_that_is_full_is_found() {
    FileSystem inodes = new FileSystem(100, 10, 90, 100, 5);
    assertThat(new SpaceCheck(inodes, MonitorLimits.DEFAULT.disk()).look().verdict())
        .isEqualTo(Verdict.FAILURE);
    FileSystem bytes = new FileSystem(100, 85, 15, 0, 0);
    assertThat(new SpaceCheck(bytes, MonitorLimits.DEFAULT.disk()).look().verdict())
        .isEqualTo(Verdict.WARNING);
  }

  @Test
  void switches_and_permissions_are_mended_only_on_request() throws IOException {
    plant("/proc/sys/net/ipv4/ip_forward", "0\n");
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertThat(doctor().examine().worst()).isEqualTo(Verdict.FAILURE);
    assertThat(doctor().examine().worst()).isEqualTo(Verdict.FAILURE);
    Doctor.Report report = doctor().mend();

    assertThat(report.mended()).hasSize(2);
    assertThat(finding("net.ipv4.ip_forward").verdict()).isEqualTo(Verdict.OK);
    assertThat(finding("socket").verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void a_port_is_reached_or_not() throws IOException {
    InetSocketAddress address;
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
      assertThat(new PortCheck("manager", address).look().verdict()).isEqualTo(Verdict.OK);
    }
    assertThat(new PortCheck("manager", address).look().verdict()).isEqualTo(Verdict.FAILURE);
  }

  @Test
  void a_real_engine_is_examined(Dockerd engine) {
    List<Finding> findings =
        Doctor.of(new Doctor.Patient(Path.of("/"), engine.socket(), Neighbourhood.NONE))
            .examine()
            .findings();
    assertThat(findings).anyMatch(each -> each.check().equals("space"));
    assertThat(findings)
        .filteredOn(each -> each.check().equals("engine"))
        .allMatch(each -> each.verdict() == Verdict.OK);
  }
}
