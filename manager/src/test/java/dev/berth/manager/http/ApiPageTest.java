package dev.berth.manager.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ApiPageTest {
  private static final Path PAGE = Path.of("..", "docs", "api.md");

  @Test
  void the_page_in_the_repository_lists_the_route_table_as_it_is() throws IOException {
    String page = ApiPage.markdown(RouteTableTest.table());
    if (Boolean.getBoolean("berth.write.api.page")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("see the page's first lines for how to write it anew").hasContent(page);
  }
}
