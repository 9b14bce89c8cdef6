/**
 * Containers that change their host: what of a container goes along, what keeps it where it is, and
 * the loop by which the leader empties hosts. Containers and hosts come in; engine calls go out.
 */
package dev.berth.manager.move;
