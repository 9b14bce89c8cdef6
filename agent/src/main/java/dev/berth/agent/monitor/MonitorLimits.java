package dev.berth.agent.monitor;

import dev.berth.common.monitor.Thresholds;

/** From when on the host is under pressure. */
public record MonitorLimits(Thresholds memory, Thresholds disk) {
  public static final MonitorLimits DEFAULT =
      new MonitorLimits(new Thresholds(0.85, 0.95), new Thresholds(0.80, 0.90));
}
