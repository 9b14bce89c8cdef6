package dev.berth.agent.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.berth.agent.monitor.KernelText.CpuTimes;
import dev.berth.agent.monitor.KernelText.Flow;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelTextTest {

  @Test
  void busy_is_all_but_idling_and_waiting_for_disks() {
    CpuTimes times =
        KernelText.cpuTimes(
            """
            cpu  1000 100 300 5000 200 10 20 70 500 0
            cpu0 500 50 150 2500 100 5 10 35 250 0
            cpu1 500 50 150 2500 100 5 10 35 250 0
            intr 1 2 3
            """);
    assertThat(times.cores()).isEqualTo(2);
    assertThat(times.busy()).isCloseTo(15.0, within(1e-9));
    assertThat(times.all()).isCloseTo(67.0, within(1e-9));
  }

  @Test
  void memory_is_in_bytes() {
    String meminfo = "MemTotal:       24684092 kB\nMemFree:  1 kB\nMemAvailable:   24206892 kB\n";
    assertThat(KernelText.memory(meminfo, "MemTotal")).hasValue(24684092L * 1024);
    assertThat(KernelText.memory(meminfo, "MemAvailable")).hasValue(24206892L * 1024);
    assertThat(KernelText.memory(meminfo, "SwapTotal")).isEmpty();
  }

  @Test
  void pressure_is_a_share_of_one() {
    assertThat(
            KernelText.pressure(
                """
                some avg10=12.50 avg60=14.51 avg300=48.22 total=20522275582
                full avg10=0.00 avg60=0.00 avg300=0.00 total=0
                """))
        .hasValue(0.125);
    assertThat(KernelText.pressure("")).isEmpty();
  }

  @Test
  void partitions_and_loops_are_not_counted_again() {
    Flow disks =
        KernelText.disks(
            """
               7       0 loop0 9 0 9 0 9 0 9 0 0 0 0
             254       0 vda 825921 88804 100 637563 3651053 1498198 200 2354358 0 713428 3345496
             254       1 vda1 825921 88804 90 637563 3651053 1498198 190 2354358 0 713428 3345496
             259       0 nvme0n1 1 1 10 1 1 1 20 1 1 1 1
             259       1 nvme0n1p1 1 1 10 1 1 1 20 1 1 1 1
            """);
    assertThat(disks).isEqualTo(new Flow(110 * 512, 220 * 512));
  }

  @Test
  void interfaces_between_containers_are_not_the_host_s() {
    String dev =
        """
        Inter-|   Receive                            |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
            lo: 300 5 0 0 0 0 0 0 300 5 0 0 0 0 0 0
          eth0: 1000 6 0 0 0 0 0 0 50 5 0 0 0 0 0 0
        br-f04: 7 0 0 0 0 0 0 0 7 5 0 2 0 0 0 0
        vethab:77 0 0 0 0 0 0 0 77 5 0 2 0 0 0 0
        """;
    assertThat(KernelText.outerInterfaces(dev)).isEqualTo(new Flow(1000, 50));
    assertThat(KernelText.allInterfaces(dev)).isEqualTo(new Flow(1084, 134));
  }

  @Test
  void both_versions_of_block_counters_are_understood() {
    assertThat(
            KernelText.blockV1(
                """
                254:0 Read 4096
                254:0 Write 8192
                254:0 Sync 1
                254:0 Total 12288
                8:0 Read 1
                Total 3
                """))
        .isEqualTo(new Flow(4097, 8192));
    assertThat(KernelText.blockV2("8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=2\n"))
        .isEqualTo(new Flow(11, 22));
  }

  @Test
  void groups_of_both_versions_are_found() {
    CgroupMounts v1 =
        CgroupMounts.parse(
            """
            cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
            cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
            cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
            """);
    assertThat(v1.isUnified()).isFalse();
    assertThat(v1.directories("9:cpu,cpuacct:/docker/a\n4:memory:/docker/b\n0::/docker/c\n"))
        .isEqualTo(
            Map.of(
                "cpu", "/sys/fs/cgroup/cpu,cpuacct/docker/a",
                "cpuacct", "/sys/fs/cgroup/cpu,cpuacct/docker/a",
                "memory", "/sys/fs/cgroup/memory/docker/b",
                "", "/sys/fs/cgroup/unified/docker/c"));

    CgroupMounts v2 = CgroupMounts.parse("cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n");
    assertThat(v2).isEqualTo(new CgroupMounts(Map.of(), Optional.of("/sys/fs/cgroup")));
    assertThat(v2.isUnified()).isTrue();
    assertThat(v2.directories("0::/system.slice/docker-a.scope\n"))
        .isEqualTo(Map.of("", "/sys/fs/cgroup/system.slice/docker-a.scope"));
  }

  @Test
  void texts_that_are_no_such_texts_give_nothing() {
    assertThat(KernelText.number("max\n")).isEmpty();
    assertThat(KernelText.stat("inactive_file", "inactive_file")).isEmpty();
    assertThat(KernelText.stat("a 1\ninactive_file 5\n", "inactive_file")).hasValue(5);
    assertThat(KernelText.load("", 0)).isEmpty();
    assertThat(KernelText.cpuTimes("").cores()).isZero();
    assertThat(FileSystem.parse("1 2 3")).isEmpty();
  }
}
