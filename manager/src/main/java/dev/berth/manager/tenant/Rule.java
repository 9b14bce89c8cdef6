package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What becomes of a field's value, which is never null: what null means is decided before. */
@FunctionalInterface
interface Rule {

  /**
   * The value that goes to the engine, or empty when the field is left out.
   *
   * @throws PolicyDeniedException when the tenant may not ask for it
   * @throws MalformedBodyException when it is not of the field's type
   */
  Optional<JsonNode> admit(JsonNode value, Place at);
}
