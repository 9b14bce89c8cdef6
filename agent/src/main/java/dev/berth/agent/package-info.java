/**
 * The agent: one on each Docker host, the only way to that host's engine. Managers' calls come in
 * over mutual TLS; the engine's answers and the feed of the host's state go out.
 */
package dev.berth.agent;
