package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.CommandResult;
import dev.berth.lab.LabHost;

/**
 * What a host of a lab sends goes slowly until this is closed: a copy from there lasts as long as a
 * test has something to do in the middle of it.
 */
final class SlowLink implements AutoCloseable {
  /** Three megabytes a second: most of what agents tell in between is not held up. */
  private static final String RATE = "24mbit";

  private final LabHost host;

  private SlowLink(LabHost host) {
    this.host = host;
  }

  static SlowLink from(LabHost host) {
    shape(
        host, "add", "dev", "eth0", "root", "tbf", "rate", RATE, "burst", "64kb", "latency",
        "400ms");
    return new SlowLink(host);
  }

  @Override
  public void close() {
    shape(host, "del", "dev", "eth0", "root");
  }

  private static void shape(LabHost host, String... words) {
    String[] all = new String[words.length + 2];
    all[0] = "tc";
    all[1] = "qdisc";
    System.arraycopy(words, 0, all, 2, words.length);
    CommandResult result = host.run(all);
    assertThat(result.exitCode()).as(result.output()).isZero();
  }
}
