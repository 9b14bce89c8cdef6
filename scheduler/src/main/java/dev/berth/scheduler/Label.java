package dev.berth.scheduler;

/**
 * A label of a container.
 *
 * @param key in lower case
 */
public record Label(String key, String value) {}
