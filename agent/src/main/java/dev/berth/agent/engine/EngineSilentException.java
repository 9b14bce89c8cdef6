package dev.berth.agent.engine;

import java.time.Duration;

/** The engine took a question and did not answer in time; it may still answer others. */
public final class EngineSilentException extends EngineDownException {
  EngineSilentException(String target, Duration bound) {
    super("no answer to GET %s within %d ms".formatted(target, bound.toMillis()));
  }
}
