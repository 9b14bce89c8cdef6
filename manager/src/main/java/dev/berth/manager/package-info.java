/** Placeholder. */
package dev.berth.manager;
