/**
 * The fleet as one manager reaches it: links to hosts, the election of the leader, the records of
 * what ought to exist, placement, and the loops that bring the two together. Calls that are scoped
 * to a tenant come in; engine calls and records go out.
 */
package dev.berth.manager.cluster;
