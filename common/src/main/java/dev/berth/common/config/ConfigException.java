package dev.berth.common.config;

/** What was configured cannot be used; the message says where it is, why, and what to write. */
public final class ConfigException extends RuntimeException {
  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
