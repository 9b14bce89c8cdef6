/**
 * Decides on which host a container goes: a pure library, deterministic, without I/O, clock or
 * threads. Hosts and requests come in; a place, or the reason why there is none, goes out.
 */
package dev.berth.scheduler;
