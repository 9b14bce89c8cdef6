package dev.berth.common.id;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The cluster's own id of a container: it is on the container as a label, and stays the same when
 * the container is made anew on another host.
 */
public record RecordId(String value) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  public RecordId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("invalid record id \"%s\"".formatted(value));
    }
  }

  public static RecordId random() {
    return new RecordId(UUID.randomUUID().toString().replace("-", ""));
  }

  @Override
  public String toString() {
    return value;
  }
}
