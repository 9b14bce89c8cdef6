package dev.berth.manager.audit;

/**
 * How the audit log is kept.
 *
 * @param on whether there is one
 * @param maxSize of a file, in bytes
 * @param files how many are kept, the current one among them
 * @param required whether calls that change something are refused while no line can be written
 */
public record AuditConfig(boolean on, long maxSize, int files, boolean required) {
  public static final AuditConfig OFF = new AuditConfig(false, 1, 1, false);

  public AuditConfig {
    if (files < 1 || maxSize < 1) {
      throw new IllegalArgumentException("at least one file of the audit log must be kept");
    }
  }
}
