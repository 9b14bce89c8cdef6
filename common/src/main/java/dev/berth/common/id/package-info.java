/**
 * The names and identifiers that manager, agent and clients agree on. Text comes in once, at an
 * edge, through a {@code parse} that refuses what cannot be right; values that cannot be wrong go
 * out.
 */
package dev.berth.common.id;
