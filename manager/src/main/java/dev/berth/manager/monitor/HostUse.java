package dev.berth.manager.monitor;

import dev.berth.common.id.HostId;
import dev.berth.common.monitor.HostSample;

/** The newest sample of a host, which may be old: its time says. */
public record HostUse(HostId id, String name, HostSample sample) {}
