package dev.berth.manager.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the Engine API, as 1.41. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");

  /** The oldest that Berth answers, whatever its engines could. */
  public static final ApiVersion OLDEST = new ApiVersion(1, 24);

  static boolean isVersion(String text) {
    return FORM.matcher(text).matches();
  }

  public static ApiVersion parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not an API version: " + text);
    }
    return new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  boolean isBefore(ApiVersion other) {
    return compareTo(other) < 0;
  }

  @Override
  public int compareTo(ApiVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
