package dev.berth.manager.image.dockerfile;

import java.nio.charset.StandardCharsets;

/** Text with a character for each byte: nothing is lost that is no UTF-8. */
final class Bytes {
  private static final String BLANKS = "\t\n\u000b\f\r ";

  private Bytes() {}

  static String of(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] array(String bytes) {
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** As people read it. */
  static String utf8(String bytes) {
    return new String(array(bytes), StandardCharsets.UTF_8);
  }

  static boolean isBlank(char c) {
    return BLANKS.indexOf(c) >= 0;
  }

  static String trim(String text) {
    int end = text.length();
    while (end > 0 && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return trimLeft(text.substring(0, end));
  }

  static String trimLeft(String text) {
    int begin = 0;
    while (begin < text.length() && isBlank(text.charAt(begin))) {
      begin++;
    }
    return text.substring(begin);
  }
}
