package dev.berth.common.config;

import java.util.Locale;

/**
 * One key that can be configured.
 *
 * @param key with dots, as in {@code manager.listen}
 * @param fallback the value as text when none is given; empty for none
 * @param unset what happens without a value, in words, when there is no fallback; else empty
 * @param sentence what the key is for
 */
public record Setting<T>(
    String key, SettingType<T> type, String fallback, String unset, String sentence) {

  public Setting {
    if (!fallback.isEmpty()) {
      var _ = type.parse(type.split(fallback));
    }
  }

  static <T> Setting<T> of(String key, SettingType<T> type, String fallback, String sentence) {
    return new Setting<>(key, type, fallback, "", sentence);
  }

  static <T> Setting<T> unset(String key, SettingType<T> type, String unset, String sentence) {
    return new Setting<>(key, type, "", unset, sentence);
  }

  /** The environment variable that overrides the file. */
  public String variable() {
    return "BERTH_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
