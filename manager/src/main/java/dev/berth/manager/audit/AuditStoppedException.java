package dev.berth.manager.audit;

/** 503: nothing is changed while it cannot be written down. */
public final class AuditStoppedException extends RuntimeException {
  AuditStoppedException() {
    super(
        "nothing can be changed now, because the audit log cannot be written: ask an operator to"
            + " look at the manager's disk");
  }
}
