package dev.berth.manager.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "busybox, busybox, true",
    "busy*, busybox, true",
    "*box, busybox, true",
    "b*b*x, busybox, true",
    "*, a/b, false",
    "*/*, a/b, true",
    "b?sybox, busybox, true",
    "?, /, false",
    "[a-c]usybox, busybox, true",
    "[^a-c]usybox, busybox, false",
    "busy, busybox, false",
    "busybox*, busybox, true",
  })
  void a_pattern_means_what_a_shell_means(String pattern, String text, boolean matches) {
    assertThat(Glob.matches(pattern, text)).isEqualTo(matches);
  }

  @Test
  void an_open_class_is_refused() {
    assertThatThrownBy(() -> Glob.matches("[a", "a")).hasMessage("syntax error in pattern");
  }
}
