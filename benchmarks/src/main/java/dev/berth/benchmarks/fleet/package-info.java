/**
 * A manager with a thousand hosts on one machine: each host is an agent's side of the real protocol
 * over mutual TLS, with an engine behind it that keeps containers in memory and runs nothing.
 */
package dev.berth.benchmarks.fleet;
