/**
 * Which of several possible hosts is chosen: Swarm 1.2.9's spread, binpack and random, and
 * balanced. The hosts that passed all filters come in; one of them goes out.
 */
package dev.berth.scheduler.strategy;
