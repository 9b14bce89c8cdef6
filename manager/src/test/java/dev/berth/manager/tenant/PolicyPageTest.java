package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class PolicyPageTest {
  private static final Path PAGE = Path.of("..", "docs", "policy.md");

  @Test
  void the_page_in_the_repository_lists_the_tables_as_they_are() throws IOException {
    String page = PolicyPage.markdown();
    if (Boolean.getBoolean("berth.write.policy.page")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("see the page's first lines for how to write it anew").hasContent(page);
  }
}
