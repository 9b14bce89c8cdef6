/**
 * The way to the host's engine. Managers' calls and the agent's own questions come in; they go to
 * the engine's unix socket, mutating ones only from the newest leader, and answers come back.
 */
package dev.berth.agent.engine;
