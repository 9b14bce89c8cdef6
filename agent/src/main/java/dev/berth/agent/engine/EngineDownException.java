package dev.berth.agent.engine;

import java.io.IOException;

/** The engine is not there, does not answer in time, or does not answer as an engine. */
public class EngineDownException extends IOException {
  public EngineDownException(String message) {
    super(message);
  }

  EngineDownException(String message, Throwable cause) {
    super(message, cause);
  }
}
