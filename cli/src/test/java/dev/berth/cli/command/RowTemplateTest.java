package dev.berth.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowTemplateTest {
  private static final String HOSTS =
      """
      [{"name": "h1", "state": "healthy", "labels": {"zone": "a"}, "containers": 3},
       {"name": "second", "state": "cordoned", "labels": {}}]
      """;

  private static String printed(String template, String rows) throws IOException {
    List<JsonNode> list = new ArrayList<>();
    new JsonMapper().readTree(rows).forEach(list::add);
    StringWriter out = new StringWriter();
    RowTemplate.parse(template).print(list, new PrintWriter(out, true));
    return out.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{.name}}|h1/second",
        "{{.Name}} is {{ .State }}|h1 is healthy/second is cordoned",
        "{{upper .name}}-{{lower .state}}|H1-healthy/SECOND-cordoned",
        "{{.labels.zone}}|a/",
        "{{json .labels}}|{\"zone\":\"a\"}/{}",
        "{{.containers}}|3/",
        "{{json .containers}}|3/null",
        "<{{.name}}\\t{{.state}}>|<h1\thealthy>/<second\tcordoned>",
      })
  void each_row_is_a_line_made_by_the_template(String template, String lines) throws IOException {
    assertThat(printed(template, HOSTS).lines().toList()).isEqualTo(List.of(lines.split("/", -1)));
  }

  @Test
  void a_new_line_in_the_template_is_one() throws IOException {
    assertThat(printed("{{.name}}\\n{{.state}}", HOSTS).lines())
        .containsExactly("h1", "healthy", "second", "cordoned");
  }

  @Test
  void a_row_itself_is_printed_as_json() throws IOException {
    assertThat(printed("{{json .}}", "[{\"a\":1}]").strip()).isEqualTo("{\"a\":1}");
  }

  @Test
  void a_table_has_headings_and_columns_as_wide_as_they_need_to_be() throws IOException {
    assertThat(printed("table {{.name}}\\t{{.state}}", HOSTS).lines())
        .containsExactly("NAME     STATE", "h1       healthy", "second   cordoned");
    assertThat(printed("table {{.name}}", "[]").lines()).containsExactly("NAME");
  }

  @Test
  void a_field_that_no_row_has_is_an_error_that_lists_those_there_are() {
    assertThatThrownBy(() -> printed("{{.colour}}", HOSTS))
        .hasMessage("there is no field .colour: there are .containers, .labels, .name, .state");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{.name|is not closed",
        "{{title .name}}|use {{.FIELD}}, {{json .FIELD}}, {{upper .FIELD}} or {{lower .FIELD}}",
        "{{if .name .state}}|is not known",
        "{{name}}|begin it with a dot",
        "{{}}|begin it with a dot",
      })
  void what_is_no_template_is_told(String template, String why) {
    assertThatThrownBy(() -> RowTemplate.parse(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void what_others_chose_does_not_steer_the_terminal() throws IOException {
    assertThat(printed("{{.name}}", "[{\"name\":\"a\\u001b[2Jb\"}]").strip()).isEqualTo("a?[2Jb");
  }
}
