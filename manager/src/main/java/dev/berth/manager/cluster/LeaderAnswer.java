package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;

/** Answers what only the manager that leads can, for it alone knows what is reserved. */
@FunctionalInterface
public interface LeaderAnswer {

  /**
   * @throws NoLeaderException when this manager does not lead
   */
  JsonNode to(JsonNode question) throws NoLeaderException;
}
