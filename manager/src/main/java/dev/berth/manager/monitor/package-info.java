/**
 * How busy the fleet is. Agents' samples come in every 10 s; the newest sample of each host, its
 * last hour and sums by tenant go out.
 */
package dev.berth.manager.monitor;
