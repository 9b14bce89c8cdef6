package dev.berth.agent.monitor;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads the texts of the kernel's files. Each gives nothing for a text that is not of its kind. */
final class KernelText {
  /** USER_HZ, in which {@code /proc/stat} counts: 100 on every architecture that engines run on. */
  private static final double TICKS_PER_SECOND = 100;

  private static final long SECTOR_BYTES = 512;
  private static final int DIGITS_AT_MOST = 64;
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern WHOLE_DISK =
      Pattern.compile("(sd|vd|xvd|hd)[a-z]+|nvme\\d+n\\d+|mmcblk\\d+");
  private static final Pattern VIRTUAL_INTERFACE =
      Pattern.compile("(lo|ifb\\d*|dummy\\d*|docker.*|veth.*|br-.*|vxlan.*|virbr.*|tap.*)");

  private KernelText() {}

  /**
   * What all cores have done since boot.
   *
   * @param busy seconds of a core, what was stolen by a hypervisor among them
   * @param all the same with idling and waiting for disks
   */
  record CpuTimes(double busy, double all, int cores) {}

  /** Bytes in and out since boot. */
  record Flow(long in, long out) {}

  /** Of {@code /proc/stat}. */
  static CpuTimes cpuTimes(String stat) {
    double busy = 0;
    double all = 0;
    int cores = 0;
    for (String line : stat.split("\n", -1)) {
      if (line.startsWith("cpu ")) {
        String[] fields = SPACES.split(line);
        // user nice system idle iowait irq softirq steal; guests are in user and nice already.
        for (int i = 1; i <= 8 && i < fields.length; i++) {
          double seconds = number(fields[i]).orElse(0) / TICKS_PER_SECOND;
          all += seconds;
          busy += i == 4 || i == 5 ? 0 : seconds;
        }
      } else if (line.startsWith("cpu")) {
        cores++;
      } else if (cores > 0) {
        break;
      }
    }
    return new CpuTimes(busy, all, cores);
  }

  /** A line {@code Name: N kB} of {@code /proc/meminfo}, in bytes. */
  static OptionalLong memory(String meminfo, String name) {
    int at = meminfo.startsWith(name + ":") ? 0 : meminfo.indexOf("\n" + name + ":") + 1;
    if (at == 0 && !meminfo.startsWith(name + ":")) {
      return OptionalLong.empty();
    }
    int end = meminfo.indexOf('\n', at);
    String line = meminfo.substring(at, end < 0 ? meminfo.length() : end);
    OptionalLong kilobytes = number(line.substring(name.length() + 1).replace("kB", "").strip());
    return kilobytes.isPresent()
        ? OptionalLong.of(kilobytes.getAsLong() * 1024)
        : OptionalLong.empty();
  }

  /** The one, five or fifteen minutes of {@code /proc/loadavg}, by its place. */
  static OptionalDouble load(String loadavg, int place) {
    String[] fields = SPACES.split(loadavg.strip());
    return fields.length > place ? decimal(fields[place]) : OptionalDouble.empty();
  }

  /**
   * The share of the last 10 s that some task waited, of 1: of a file of {@code /proc/pressure}.
   */
  static OptionalDouble pressure(String text) {
    int at = text.indexOf("some avg10=");
    if (at < 0) {
      return OptionalDouble.empty();
    }
    int from = at + "some avg10=".length();
    int end = text.indexOf(' ', from);
    OptionalDouble percent = end < 0 ? OptionalDouble.empty() : decimal(text.substring(from, end));
    return percent.isPresent()
        ? OptionalDouble.of(percent.getAsDouble() / 100)
        : OptionalDouble.empty();
  }

  /** All whole disks of {@code /proc/diskstats}: bytes read and written. */
  static Flow disks(String diskstats) {
    long read = 0;
    long written = 0;
    for (String line : diskstats.split("\n", -1)) {
      String[] fields = SPACES.split(line.strip());
      if (fields.length >= 10 && WHOLE_DISK.matcher(fields[2]).matches()) {
        read += number(fields[5]).orElse(0) * SECTOR_BYTES;
        written += number(fields[9]).orElse(0) * SECTOR_BYTES;
      }
    }
    return new Flow(read, written);
  }

  /** A host's interfaces to others, of {@code /proc/net/dev}: not those between its containers. */
  static Flow outerInterfaces(String dev) {
    return interfaces(dev, VIRTUAL_INTERFACE);
  }

  /** A container's interfaces, of its {@code /proc/PID/net/dev}, without the loopback. */
  static Flow allInterfaces(String dev) {
    return interfaces(dev, Pattern.compile("lo"));
  }

  private static Flow interfaces(String dev, Pattern without) {
    long received = 0;
    long sent = 0;
    for (String line : dev.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon < 0 || without.matcher(line.substring(0, colon).strip()).matches()) {
        continue;
      }
      String[] fields = SPACES.split(line.substring(colon + 1).strip());
      if (fields.length >= 9) {
        received += number(fields[0]).orElse(0);
        sent += number(fields[8]).orElse(0);
      }
    }
    return new Flow(received, sent);
  }

  /** The number after a word at the beginning of a line, as cgroups' {@code *.stat} have them. */
  static OptionalLong stat(String text, String name) {
    int at = text.startsWith(name + " ") ? 0 : text.indexOf("\n" + name + " ") + 1;
    if (at == 0 && !text.startsWith(name + " ")) {
      return OptionalLong.empty();
    }
    int end = text.indexOf('\n', at);
    return number(text.substring(at + name.length() + 1, end < 0 ? text.length() : end).strip());
  }

  /** Read and written of cgroup v1's {@code blkio.throttle.io_service_bytes_recursive}. */
  static Flow blockV1(String text) {
    long read = 0;
    long written = 0;
    for (String line : text.split("\n", -1)) {
      String[] fields = SPACES.split(line.strip());
      if (fields.length == 3 && fields[1].equals("Read")) {
        read += number(fields[2]).orElse(0);
      } else if (fields.length == 3 && fields[1].equals("Write")) {
        written += number(fields[2]).orElse(0);
      }
    }
    return new Flow(read, written);
  }

  /** Read and written of cgroup v2's {@code io.stat}. */
  static Flow blockV2(String text) {
    long read = 0;
    long written = 0;
    for (String field : SPACES.split(text)) {
      if (field.startsWith("rbytes=")) {
        read += number(field.substring("rbytes=".length())).orElse(0);
      } else if (field.startsWith("wbytes=")) {
        written += number(field.substring("wbytes=".length())).orElse(0);
      }
    }
    return new Flow(read, written);
  }

  /** A file that is one number; {@code max} is none. */
  static OptionalLong number(String text) {
    String digits = text.strip();
    if (digits.isEmpty() || digits.length() > DIGITS_AT_MOST) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalDouble decimal(String text) {
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
