/**
 * Images between hosts and registries. A manager's word comes in; images go from this engine to
 * another agent's or to a registry, or come from another agent's, streamed.
 */
package dev.berth.agent.image;
