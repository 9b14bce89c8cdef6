package dev.berth.common.id;

import java.util.regex.Pattern;

/**
 * The name that a tenant gave a container, without the leading slash that the API shows.
 *
 * <p>The form is the engine's: a letter or digit, then one or more of {@code [a-zA-Z0-9_.-]}.
 */
public record ContainerName(String value) {
  private static final String ALLOWED = "[a-zA-Z0-9][a-zA-Z0-9_.-]";
  private static final Pattern FORM = Pattern.compile(ALLOWED + "+");
  private static final int MAX_CHARS = 255;

  public ContainerName {
    if (!FORM.matcher(value).matches() || value.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "Invalid container name (%s), only %s are allowed".formatted(value, ALLOWED));
    }
  }

  /** Parses the name of a request, which may have the slash. */
  public static ContainerName parse(String text) {
    return new ContainerName(text.startsWith("/") ? text.substring(1) : text);
  }

  /** The name on the engine, unique over tenants: a tenant has no dot, so the first dot ends it. */
  public String onEngine(TenantId tenant) {
    return tenant.value() + "." + value;
  }

  @Override
  public String toString() {
    return value;
  }
}
