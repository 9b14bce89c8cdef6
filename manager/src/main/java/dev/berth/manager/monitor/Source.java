package dev.berth.manager.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import java.io.IOException;

/** Where the samples of one host come from. Each call ends within its own bound. */
public interface Source {
  HostId id();

  String name();

  /** The newest sample as {@link dev.berth.common.monitor.SampleCodec} writes it. */
  JsonNode latest() throws IOException;

  /** The past, as the agent's own API has it: the query says of what and how long. */
  JsonNode past(String query) throws IOException;
}
