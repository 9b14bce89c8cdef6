/**
 * Which containers to move so that a fleet comes nearer to its strategy. A fleet comes in, with
 * what may move and what may not; a bounded list of moves, each allowed by all filters, goes out.
 * Nothing is moved here.
 */
package dev.berth.scheduler.rebalance;
