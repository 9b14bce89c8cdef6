/** Placeholder. */
package dev.berth.cli;
