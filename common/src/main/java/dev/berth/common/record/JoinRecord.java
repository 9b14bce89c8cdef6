package dev.berth.common.record;

/**
 * A join token that was given out; only the hash of its secret is kept, as the record's key.
 *
 * @param role what it lets in: agent or manager
 * @param expires in milliseconds since 1970
 * @param uses how often it can still be used
 */
public record JoinRecord(String role, long expires, int uses) {}
