package dev.berth.manager.ops;

import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.manager.audit.Trace;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.StrictJson;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A request of the operations API.
 *
 * @param query the route's parameters; none for a route that is not of Berth's own API
 * @param caller empty when the route is open
 */
record OpsCall(
    OpsRoute route,
    Exchange exchange,
    Map<String, String> values,
    OpsQuery query,
    Optional<Caller> caller,
    StrictJson json,
    Trace trace) {
  private static final int MAX_BODY_BYTES = 64 * 1024;

  Headers headers() {
    return exchange.request().headers();
  }

  String value(String name) {
    return values.get(name);
  }

  /** The caller of a route that is not open. */
  Caller known() {
    return caller.orElseThrow(() -> new IllegalStateException("an open route has no caller"));
  }

  OpsBody body() throws IOException {
    byte[] bytes = exchange.body().readNBytes(MAX_BODY_BYTES + 1);
    if (bytes.length > MAX_BODY_BYTES) {
      exchange.closeAfterwards();
      throw new OpsException(
          413, "the request's body is larger than the limit of %d bytes".formatted(MAX_BODY_BYTES));
    }
    OpsBody body = new OpsBody(json.object(bytes)).only(route.body());
    Subject.of(body.json()).ifPresent(trace::object);
    return body;
  }
}
