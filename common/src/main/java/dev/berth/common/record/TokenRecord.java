package dev.berth.common.record;

/**
 * A token that the identity store gave out; only its hash is kept, as the record's key.
 *
 * @param user whose it is
 * @param tenant the tenant that it acts in
 * @param role admin, member or reader
 * @param issued in milliseconds since 1970
 * @param expires in milliseconds since 1970
 * @param origin the hash of the token that it came from, at first; empty for one of a login, or of
 *     an operator's
 */
public record TokenRecord(
    String user, String tenant, String role, long issued, long expires, String origin) {

  public TokenRecord {
    // Older records have none.
    origin = origin == null ? "" : origin;
  }
}
