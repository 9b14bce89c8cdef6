/**
 * The commands of {@code berth}, one class each: options and arguments come in, what the other
 * rooms did with them goes out as text or JSON.
 */
package dev.berth.cli.command;
