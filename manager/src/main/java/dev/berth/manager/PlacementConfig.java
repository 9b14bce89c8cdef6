package dev.berth.manager;

import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.tenant.Flavors;
import dev.berth.scheduler.Overcommit;

/**
 * How containers are placed and what they get.
 *
 * @param strategy for tenants and containers that say nothing of it
 * @param overcommit how much more than it has a host may promise
 * @param flavors the named sizes of containers
 * @param usual what a tenant may have that nothing was said of
 */
public record PlacementConfig(
    PlacementHints.Choice strategy, Overcommit overcommit, Flavors flavors, Allotment usual) {}
