/** Placeholder. */
package dev.berth.lab;
