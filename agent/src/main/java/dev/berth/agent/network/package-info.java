/**
 * What containers may reach of the cluster itself: comes in with the addresses that the cluster
 * uses, goes out as rules of the host's packet filter.
 */
package dev.berth.agent.network;
