/**
 * Real Docker engines on one Linux machine, each in namespaces of its own as if it were a host. In:
 * a directory, options and images. Out: hosts with an address, an engine's socket and faults to
 * order; afterwards, nothing.
 */
package dev.berth.lab;
