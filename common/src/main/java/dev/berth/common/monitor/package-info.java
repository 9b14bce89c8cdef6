/**
 * What is measured of hosts and containers, how it goes over the wire, how it is kept and how
 * Prometheus is told. Samples come in from agents; JSON, windows of the past and text go out.
 */
package dev.berth.common.monitor;
