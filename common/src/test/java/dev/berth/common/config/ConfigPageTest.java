package dev.berth.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigPageTest {

  @Test
  void the_page_in_the_repository_is_up_to_date() throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", "configuration.md")))
        .as("run ./berth config --describe markdown > docs/configuration.md")
        .isEqualTo(ConfigPage.markdown());
  }

  @Test
  void every_setting_has_one_key_one_variable_and_a_sentence() {
    assertThat(Settings.ALL).extracting(Setting::key).doesNotHaveDuplicates();
    assertThat(Settings.ALL).extracting(Setting::variable).doesNotHaveDuplicates();
    assertThat(Settings.ALL)
        .allSatisfy(setting -> assertThat(setting.sentence()).endsWith("."))
        .allSatisfy(
            setting ->
                assertThat(setting.fallback().isEmpty())
                    .as(setting.key())
                    .isNotEqualTo(setting.unset().isEmpty()));
  }
}
