package dev.berth.lab;

/**
 * How a command ended.
 *
 * @param exitCode 0 is success; above 128, the signal's number more
 * @param output what it wrote to its output and error streams, as UTF-8
 */
public record CommandResult(int exitCode, String output) {}
