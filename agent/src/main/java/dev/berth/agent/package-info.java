/** Placeholder. */
package dev.berth.agent;
