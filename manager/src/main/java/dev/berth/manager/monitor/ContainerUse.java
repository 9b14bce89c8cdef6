package dev.berth.manager.monitor;

import dev.berth.common.monitor.ContainerSample;

/**
 * The newest sample of a container.
 *
 * @param host the name of its host
 */
public record ContainerUse(String host, ContainerSample sample) {}
