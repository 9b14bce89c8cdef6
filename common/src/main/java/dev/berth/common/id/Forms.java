package dev.berth.common.id;

/** The forms of ids, which are checked some hundred thousand times a second in a large fleet. */
final class Forms {
  private static final int MAX_LABEL_CHARS = 63;

  private Forms() {}

  /** Whether a text is that many lower case hexadecimal digits. */
  static boolean isHex(String text, int digits) {
    if (text.length() != digits) {
      return false;
    }
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Whether a text is 1 to 63 lower case letters, digits and inner hyphens (RFC 1123, 2.1). */
  static boolean isLabel(String text) {
    int length = text.length();
    if (length == 0
        || length > MAX_LABEL_CHARS
        || text.charAt(0) == '-'
        || text.charAt(length - 1) == '-') {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && (c < 'a' || c > 'z') && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
