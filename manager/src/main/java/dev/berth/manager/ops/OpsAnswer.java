package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.http.Headers;
import java.util.Optional;

/** What a call of the operations API answers. */
record OpsAnswer(int status, Headers headers, Optional<JsonNode> body) {

  static OpsAnswer ok(Object body) {
    return of(200, body);
  }

  static OpsAnswer of(int status, Object body) {
    return new OpsAnswer(status, Headers.NONE, Optional.of(OpsJson.tree(body)));
  }

  /** That the handler has answered itself. */
  static OpsAnswer given() {
    return nothing(200);
  }

  static OpsAnswer nothing(int status) {
    return new OpsAnswer(status, Headers.NONE, Optional.empty());
  }

  OpsAnswer with(String header, String value) {
    return new OpsAnswer(status, headers.with(header, value), body);
  }
}
