/**
 * Chooses hosts and keeps what is reserved on them: a pure library, deterministic from its inputs,
 * for one thread at a time. Hosts and requests come in; placements, and refusals that say why, go
 * out.
 */
package dev.berth.scheduler;
