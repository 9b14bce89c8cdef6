package dev.berth.scheduler.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;

class ExpressionPropertyTest {

  @Property(tries = 3_000)
  void nothing_but_a_malformed_hint_is_thrown(@ForAll("texts") List<String> texts) {
    try {
      Hints.parse(texts);
    } catch (MalformedHintException e) {
      assertThat(e).hasMessageNotContaining("\n");
    }
    try {
      Hints.take(texts, Map.of("berth.constraint", texts, "berth.affinity", texts));
    } catch (MalformedHintException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Property(tries = 2_000)
  void what_is_read_reads_the_same_when_shown(@ForAll("expressions") String text) {
    try {
      Expression read = Expression.parse(text);
      assertThat(Expression.parse(read.toString())).isEqualTo(read);
    } catch (MalformedHintException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Property(tries = 5_000)
  void a_glob_matches_what_the_same_regular_expression_does(
      @ForAll("globs") String glob, @ForAll("words") String text) {
    String regex = "\\Q" + glob.replace("*", "\\E.*\\Q") + "\\E";

    assertThat(new Glob(glob).matches(text)).isEqualTo(Pattern.matches(regex, text));
  }

  @Property(tries = 2_000)
  void equal_and_unequal_are_opposites(
      @ForAll("globs") String glob, @ForAll("wordLists") List<String> texts) throws Exception {
    Expression equal = Expression.parse("zone==x" + glob);
    Expression unequal = Expression.parse("zone!=x" + glob);

    assertThat(equal.holdsFor(texts)).isNotEqualTo(unequal.holdsFor(texts));
  }

  @Property(tries = 200)
  void the_worst_patterns_of_the_longest_size_are_read_and_matched_in_time(
      @ForAll("bombs") String bomb) {
    String longest = "a".repeat(1_024);

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          try {
            Expression.parse("zone==" + bomb).holdsFor(List.of(longest));
          } catch (MalformedHintException e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        });
  }

  @Provide
  Arbitrary<List<String>> texts() {
    Arbitrary<String> kinds =
        Arbitraries.of("constraint:", "affinity:", "whitelist:", "spread:", ":", "");
    Arbitrary<String> any = Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(60), expressions());
    return Combinators.combine(kinds, any).as(String::concat).list().ofMaxSize(5);
  }

  @Provide
  Arbitrary<String> expressions() {
    Arbitrary<String> keys =
        Arbitraries.strings().withChars("abZ_09-./ *~").ofMinLength(1).ofMaxLength(4);
    Arbitrary<String> operators = Arbitraries.of("==", "!=", "=", "!", "==~", "!=~");
    Arbitrary<String> values =
        Arbitraries.strings().withChars("ab*~/()[]{}1,0?+|\\^$.=!:").ofMaxLength(14);
    Arbitrary<String> regexes = values.map(value -> "/" + value + "/");
    return Combinators.combine(keys, operators, Arbitraries.oneOf(values, regexes))
        .as((key, operator, value) -> key + operator + value);
  }

  @Provide
  Arbitrary<String> globs() {
    return Arbitraries.strings().withChars("ab.*").ofMaxLength(8);
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.strings().withChars("ab.").ofMaxLength(10);
  }

  @Provide
  Arbitrary<List<String>> wordLists() {
    return words().list().ofMaxSize(4);
  }

  @Provide
  Arbitrary<String> bombs() {
    Arbitrary<String> stars = Arbitraries.integers().between(1, 500).map(n -> "a*".repeat(n) + "b");
    Arbitrary<String> nested =
        Combinators.combine(
                Arbitraries.integers().between(1, 30), Arbitraries.integers().between(1, 1_000))
            .as(
                (depth, count) ->
                    "/" + "(".repeat(depth) + "a" + (")*{" + count + "}").repeat(depth))
            .map(text -> text + "b/");
    Arbitrary<String> groups =
        Arbitraries.integers().between(1, 126).map(n -> "/" + "(".repeat(n) + ")*".repeat(n) + "/");
    return Arbitraries.oneOf(stars, nested, groups);
  }
}
