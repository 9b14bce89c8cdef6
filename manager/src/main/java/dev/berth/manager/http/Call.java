package dev.berth.manager.http;

import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Caller;

/** A request of a known caller. */
final class Call extends OpenCall {
  private final Caller caller;

  Call(OpenCall call, Caller caller) {
    super(call);
    this.caller = caller;
  }

  Caller caller() {
    return caller;
  }

  TenantId tenant() {
    return caller.tenant();
  }
}
