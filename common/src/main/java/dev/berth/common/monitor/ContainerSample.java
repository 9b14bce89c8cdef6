package dev.berth.common.monitor;

import dev.berth.common.id.ContainerId;

/**
 * A running container at one moment.
 *
 * @param name what its engine calls it
 * @param tenant whose it is by its label; empty for one that Berth did not make
 */
public record ContainerSample(
    ContainerId id, String name, String tenant, Values<ContainerMetric> values) {}
