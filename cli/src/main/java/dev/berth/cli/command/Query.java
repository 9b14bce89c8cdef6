package dev.berth.cli.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What follows a path in a call: the parameters that were given. */
final class Query {
  private final List<String> parameters = new ArrayList<>();

  /** With that parameter, unless its value is null, as that of an option which was not given. */
  Query with(String name, Object value) {
    if (value != null) {
      parameters.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }
    return this;
  }

  /** The parameters behind a question mark; empty when there are none. */
  @Override
  public String toString() {
    return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
  }
}
