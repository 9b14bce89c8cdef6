package dev.berth.agent;

/** A running agent. */
public final class Agent implements AutoCloseable {
  private Agent() {}

  public static Agent start(AgentConfig config) {
    if (config.name().isEmpty()) {
      return new Agent();
    }
    throw new UnsupportedOperationException("the agent is not merged yet: " + config.name());
  }

  @Override
  public void close() {}
}
