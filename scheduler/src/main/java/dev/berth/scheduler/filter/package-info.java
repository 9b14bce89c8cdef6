/**
 * The reasons for which a host may not have a container, in Swarm 1.2.9's order. A host's state and
 * a request come in; yes, or a no with its reason, goes out.
 */
package dev.berth.scheduler.filter;
