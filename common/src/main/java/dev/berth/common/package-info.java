/** Placeholder. */
package dev.berth.common;
