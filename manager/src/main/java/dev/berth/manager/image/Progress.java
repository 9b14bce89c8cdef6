package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Hears the lines of a long answer, a JSON object each, as they come. */
@FunctionalInterface
public interface Progress {
  void line(JsonNode line) throws IOException;
}
