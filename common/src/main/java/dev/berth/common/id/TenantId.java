package dev.berth.common.id;

import java.util.regex.Pattern;

/**
 * The account that owns containers, images, networks and volumes.
 *
 * <p>1 to 63 lower case letters, digits and inner hyphens: it is the part before the first dot of
 * every name that Berth gives an object on an engine, so it cannot hold a dot itself.
 */
public record TenantId(String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  public TenantId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "invalid tenant \"%s\": use 1 to 63 lower case letters, digits and inner hyphens"
              .formatted(value));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
