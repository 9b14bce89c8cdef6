package dev.berth.scheduler.rebalance;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;

/** A container that is better on another host. */
public record Move(RecordId container, HostId from, HostId to) {}
