package dev.berth.manager.http;

import dev.berth.common.id.TenantId;
import dev.berth.manager.limit.Pace;
import dev.berth.manager.tenant.Caller;

/** A request of a known caller. */
final class Call extends OpenCall {
  private final Caller caller;
  private final Pace events;

  Call(OpenCall call, Caller caller, Pace events) {
    super(call);
    this.caller = caller;
    this.events = events;
  }

  /** How fast events may go to this caller. */
  Pace events() {
    return events;
  }

  Caller caller() {
    return caller;
  }

  TenantId tenant() {
    return caller.tenant();
  }
}
