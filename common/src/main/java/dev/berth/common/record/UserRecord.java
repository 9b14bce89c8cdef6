package dev.berth.common.record;

import java.util.Map;

/**
 * A person or program of Berth's own identity store.
 *
 * @param name unique over the cluster
 * @param passwordHash bcrypt or argon2id in its standard text form
 * @param roles the role in each tenant: admin, member or reader
 * @param created in milliseconds since 1970
 */
public record UserRecord(
    String name, String passwordHash, Map<String, String> roles, long created) {}
