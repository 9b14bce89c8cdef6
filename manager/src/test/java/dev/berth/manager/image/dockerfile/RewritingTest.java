package dev.berth.manager.image.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RewritingTest {
  private static final String ID = "sha256:" + "a1".repeat(32);
  private static final Meaning FOUND = new Meaning.Image(ID, List.of());

  private final TreeSet<String> asked = new TreeSet<>();

  private Rewritten rewrite(String text, String target, Map<String, String> given)
      throws DockerfileException, IOException {
    return Rewriting.of(
        Dockerfile.parse(Bytes.of(text), "Dockerfile"),
        given,
        target,
        "5ecret",
        (reference, platform) -> {
          asked.add(platform.isEmpty() ? reference : reference + " for " + platform);
          return reference.startsWith("none") ? new Meaning.Nothing("no " + reference) : FOUND;
        });
  }

  private String written(String text) throws DockerfileException, IOException {
    return rewrite(text, "", Map.of()).text();
  }

  @Test
  void images_become_ids_and_stages_get_names_that_nobody_knows() throws Exception {
    assertThat(
            written(
                """
                from busybox as Build
                RUN make
                FROM build
                COPY --from=BUILD --chown=1:1 /a /b
                COPY --from=0 /a /b
                COPY --from=tools /a /b
                COPY a b
                FROM scratch
                """))
        .isEqualTo(
            """
            FROM %s AS stage-5ecret-0
            RUN make
            FROM stage-5ecret-0
            COPY --chown=1:1 --from=0 /a /b
            COPY --from=0 /a /b
            COPY --from=%s /a /b
            COPY a b
            FROM scratch
            """
                .formatted(ID, ID));
    assertThat(asked).containsExactly("busybox", "tools");
  }

  @Test
  void a_stage_is_known_by_its_name_only_once_it_is_finished() throws Exception {
    written("FROM x AS x\nCOPY --from=x a b\nFROM y AS z\nCOPY --from=z a b\n");
    assertThat(asked).containsExactly("x", "y", "z");
  }

  @ParameterizedTest
  @CsvSource({
    "ARG A=busy|FROM ${A}box, busybox",
    "ARG A|FROM $A, given",
    "ARG A=no|FROM $A, given",
    "ARG B=x|FROM ${C:-y}$B, yx",
    "ARG B=x|ARG D=$B$B|FROM ${D:+z}:$D, z:xx",
    "ARG B='a b' D=d|FROM $D, d",
    "FROM 'busy'\"box\", busybox",
    "FROM --platform=linux/arm64 x, x for linux/arm64",
    "ARG P=linux/amd64|FROM --platform=$P x, x for linux/amd64",
  })
  void variables_of_from_are_those_before_it(String lines, String reference) throws Exception {
    String text = lines.replace('|', '\n');
    rewrite(text, "", Map.of("A", "given", "C", "not declared"));
    assertThat(asked)
        .containsExactly(text.contains("busy") && text.contains("A=") ? "givenbox" : reference);
  }

  @Test
  void what_names_no_image_fails_where_it_stands_for_its_reason() throws Exception {
    Rewritten rewritten =
        rewrite("FROM nonesuch\nCOPY --from=none2 a b\nFROM $X\nFROM ${X\n", "", Map.of());
    assertThat(rewritten.steps().stream().map(Rewritten.Step::failure))
        .containsExactly(
            "no nonesuch",
            "no none2",
            "base name ($X) should not be blank",
            "failed to process \"${X\": missing ':' in substitution");
    assertThat(rewritten.text()).doesNotContain("none").doesNotContain("$");
    assertThat(rewritten.names()).containsValues("nonesuch", "none2");
  }

  @Test
  void only_stages_up_to_the_target_look_for_images() throws Exception {
    Rewritten rewritten =
        rewrite(
            "FROM a AS one\nFROM b AS two\nFROM c AS three\nCOPY --from=d x y\n", "TWO", Map.of());
    assertThat(asked).containsExactly("a", "b");
    assertThat(rewritten.target()).isEqualTo("stage-5ecret-1");
    assertThat(rewrite("FROM a\n", "nothing", Map.of()).target()).isEqualTo("nothing");
  }

  @Test
  void every_instruction_is_on_the_line_where_it_began() throws Exception {
    Rewritten rewritten =
        rewrite("# c\n\nFROM x\nRUN a \\\n  # in\n\n  b\n\n  CMD c\r\n", "", Map.of());
    assertThat(rewritten.text()).isEqualTo("\n\nFROM %s\nRUN a   b\n\n\n\n\nCMD c\n".formatted(ID));
    assertThat(rewritten.hollow()).containsExactly("RUN a   b");
  }

  @Test
  void the_escape_directive_is_kept_in_the_first_line() throws Exception {
    assertThat(written("# syntax=x\n#Escape = `\nFROM x\nRUN dir c:\\\nRUN a `\n b\n"))
        .isEqualTo("# escape=`\n\nFROM %s\nRUN dir c:\\\nRUN a  b\n".formatted(ID));
    assertThat(written("# no directive\n# escape=`\nFROM x\nRUN a \\\n b\n"))
        .isEqualTo("\n\nFROM %s\nRUN a  b\n".formatted(ID));
  }

  @Test
  void steps_are_shown_as_they_were() throws Exception {
    Rewritten.Step step = rewrite("from  busybox   as é\n", "", Map.of()).steps().getFirst();
    assertThat(step.shown()).isEqualTo("from  busybox   as é");
    assertThat(step.written()).startsWith("FROM scratch as");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADD a /b | ADD a /b",
        "ADD $X /b | ADD ./$X /b",
        "ADD h\"tt\"p://x /b | ADD ./h\"tt\"p://x /b",
        "ADD \\http://x /b | ADD ./\\http://x /b",
        "ADD ./$X /$Y /b | ADD ./$X /$Y /b",
        "ADD [\"a b\", \"$X\", \"/c\"] | ADD [\"./a b\",\"./$X\",\"/c\"]",
        "ADD [\"http /b | ADD ./[\"http /b",
        "ADD --chown=$U a.tar /b | ADD --chown=$U a.tar /b",
        "ONBUILD ADD $X /b | ONBUILD ADD ./$X /b",
        "ONBUILD RUN x | ONBUILD RUN x",
      })
  void what_could_be_a_url_is_added_as_a_path(String line, String expected) throws Exception {
    assertThat(written("FROM x\n" + line)).isEqualTo("FROM %s\n%s\n".formatted(ID, expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM x\nADD http://169.254.169.254/ /b",
        "FROM x\nADD a HTTPS://x /b",
        "FROM x\nADD [\"http://x\", \"/b\"]",
        "FROM x\nONBUILD ADD http://x /b",
        "FROM x\nONBUILD copy --from=y /a /b",
        "FROM x\nCOPY --from=\"y\" /a /b",
        "FROM x\nCOPY --chown=a\u00a0--from=y /a /b",
        "FROM x\nCOPY --from=a --from=b /a /b",
        "\u00a0FROM x",
        "FROM x\nF%O",
        "# escape=x\nFROM x",
        "# escape=`\n# escape=`\nFROM x",
        "# nothing",
      })
  void what_an_engine_could_read_otherwise_is_refused(String text) {
    assertThatThrownBy(() -> written(text)).isInstanceOf(DockerfileException.class);
  }

  @Test
  void triggers_that_reach_elsewhere_are_refused() throws Exception {
    Rewriting.requireHarmless(
        List.of("COPY . /app", "ADD a ./$X /b", "RUN make", "ADD [\"a\", \"b\"]"));
    for (String trigger :
        List.of(
            "COPY --from=x /a /b",
            "ADD $X /b",
            "ADD http://x /b",
            "FROM x",
            "RUN a\nRUN b",
            "# escape=`\nADD a /b")) {
      assertThatThrownBy(() -> Rewriting.requireHarmless(List.of(trigger)))
          .as(trigger)
          .isInstanceOf(DockerfileException.class);
    }
  }

  @Provide
  static Arbitrary<String> dockerfiles() {
    return Arbitraries.of(
            "FROM",
            "from ",
            "COPY ",
            "--from=",
            "victim",
            "ADD",
            "\\",
            "\\\n",
            "\n",
            " ",
            "#",
            "\t",
            "\r",
            "AS",
            "x",
            "\u00a0",
            "\u0085",
            "ONBUILD ",
            "[\"",
            "\"",
            "$",
            "RUN ",
            "`",
            "=",
            "--")
        .list()
        .ofMaxSize(24)
        .map(parts -> "FROM x\n" + String.join("", parts));
  }

  @Property(tries = 3000)
  void no_name_is_left_where_an_engine_looks_for_an_image(@ForAll("dockerfiles") String text)
      throws IOException {
    String written;
    try {
      written = written(text);
    } catch (DockerfileException e) {
      return;
    }
    for (String line : written.split("\n")) {
      assertThat(line).doesNotMatch("(?is)\\W*FROM\\s+(?:--\\S+\\s+)*victim.*");
      assertThat(line)
          .doesNotMatch(
              "(?is)\\W*(?:ONBUILD\\W+)?COPY[\\s\u0085\u00a0]+"
                  + "(?:--[^\\s\u0085\u00a0]+[\\s\u0085\u00a0]+)*--from=victim.*");
    }
  }
}
