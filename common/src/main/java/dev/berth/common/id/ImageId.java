package dev.berth.common.id;

import java.util.regex.Pattern;

/** The id of an image, the same on every engine: {@code sha256:} and 64 hexadecimal digits. */
public record ImageId(String value) {
  private static final String PREFIX = "sha256:";
  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final int SHORT_DIGITS = 12;

  public ImageId {
    if (!isOne(value)) {
      throw new IllegalArgumentException("invalid image id \"%s\"".formatted(value));
    }
  }

  /** Whether a text is the id of an image, and not a name. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  /** Without {@code sha256:}. */
  public String digits() {
    return value.substring(PREFIX.length());
  }

  /** As people see it: the first 12 digits. */
  public String shortened() {
    return digits().substring(0, SHORT_DIGITS);
  }

  @Override
  public String toString() {
    return value;
  }
}
