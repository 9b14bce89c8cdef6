package dev.berth.common.record;

/**
 * A manager that runs.
 *
 * @param id its name in its certificate and in the election
 * @param host where other managers reach it, over mutual TLS
 */
public record ManagerRecord(String id, String host, int port) {}
