package dev.berth.agent;

import dev.berth.agent.monitor.MonitorLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * All that an agent needs to start.
 *
 * @param groups the control group in which those of the tenants are, as an engine takes it for a
 *     parent: an empty text for none, an empty value for what is usual with the engine's driver
 * @param metrics where anyone may read the host's numbers; empty for nowhere
 */
public record AgentConfig(
    Path data,
    Path engineSocket,
    Optional<Join> join,
    String name,
    InetSocketAddress listen,
    String advertise,
    Optional<String> groups,
    Map<String, String> labels,
    MonitorLimits monitor,
    Optional<InetSocketAddress> metrics,
    Preflight preflight) {

  /** The same, which joins whatever the doctor finds. */
  public AgentConfig advised() {
    return new AgentConfig(
        data,
        engineSocket,
        join,
        name,
        listen,
        advertise,
        groups,
        labels,
        monitor,
        metrics,
        preflight == Preflight.REQUIRED ? Preflight.ADVISED : preflight);
  }
}
