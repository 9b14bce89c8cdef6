/** Placeholder. */
package dev.berth.scheduler;
