/** The agent: one on each Docker host, the only way to that host's engine. */
package dev.berth.agent;
