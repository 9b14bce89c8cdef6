package dev.berth.scheduler.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {

  @ParameterizedTest
  @CsvSource({
    "zone==a,           a,          true",
    "zone==a,           ab,         false",
    "zone==a,           ba,         false",
    "zone!=a,           a,          false",
    "zone!=a,           b,          true",
    "zone==eu-*,        eu-west,    true",
    "zone==eu-*,        us-west,    false",
    "zone==*west*,      eu-west-1,  true",
    "zone==a*b*c,       aXbYbZc,    true",
    "zone==a*b*c,       aXcYb,      false",
    "zone==**,          anything,   true",
    "zone!=eu*,         europe,     false",
    "zone==1.2,         1.2,        true",
    "zone==1.2,         1x2,        false",
    "zone==a+b,         a+b,        true",
    "zone==a?,          ab,         false",
    "zone==[ab],        a,          false",
    "zone==/est/,       eu-west,    true",
    "zone==/^est/,      eu-west,    false",
    "zone==/^eu-(west|north)$/, eu-north, true",
    "zone==/(?i)WEST/,  eu-west,    true",
    "zone!=/^eu/,       eu-west,    false",
    "zone==//,          anything,   true",
    "zone==/,           /,          true",
    "zone==/var/lib,    /var/lib,   true",
    "zone===a,          =a,         true",
    "zone==~a,          a,          true",
    "zone!=~/^a/,       abc,        false",
    "zone!=/a==b/,      a==b,       false",
    "zone==A,           a,          false",
  })
  void holds_as_swarm_users_know_it(String expression, String text, boolean holds)
      throws MalformedHintException {
    assertThat(Expression.parse(expression).holdsFor(List.of(text))).isEqualTo(holds);
  }

  @Test
  void several_texts_hold_when_one_is_equal_and_fail_when_one_must_not_be() throws Exception {
    List<String> texts = List.of("web", "db");

    assertThat(Expression.parse("container==db").holdsFor(texts)).isTrue();
    assertThat(Expression.parse("container!=db").holdsFor(texts)).isFalse();
    assertThat(Expression.parse("container==x").holdsFor(texts)).isFalse();
    assertThat(Expression.parse("container!=x").holdsFor(texts)).isTrue();
  }

  @Test
  void nothing_at_all_is_equal_to_nothing() throws Exception {
    assertThat(Expression.parse("container==*").holdsFor(List.of())).isFalse();
    assertThat(Expression.parse("container!=*").holdsFor(List.of())).isTrue();
  }

  @Test
  void a_tilde_makes_it_soft() throws Exception {
    assertThat(Expression.parse("zone==~a").soft()).isTrue();
    assertThat(Expression.parse("zone!=~/a/").soft()).isTrue();
    assertThat(Expression.parse("zone==a~").soft()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "Zone==A, zone==A",
    "com.Example.Type!=~x*, com.example.type!=~x*",
    "a_b==/x/, a_b==/x/",
    "node==node 1, node==node 1",
  })
  void is_shown_as_written_with_the_key_in_lower_case(String written, String shown)
      throws MalformedHintException {
    assertThat(Expression.parse(written)).hasToString(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1node           | one of the operators == and != is expected",
        "node=a          | one of the operators == and != is expected",
        "n==a            | the key \"n\" is not a letter",
        "1node==a        | the key \"1node\" is not a letter",
        "node ==a        | the key \"node \" is not a letter",
        "no*de==a        | the key \"no*de\" is not a letter",
        "==a             | the key \"\" is not a letter",
        "node==          | there is no value after ==",
        "node!=~         | there is no value after !=",
        "node==/(/       | the regular expression is not one of RE2's: missing closing )",
        "node==/(?=a)/   | the regular expression is not one of RE2's",
        "node==/a{1001}/ | the regular expression is not one of RE2's: invalid repeat count",
      })
  void what_cannot_be_read_says_why(String text, String reason) {
    assertThatThrownBy(() -> Expression.parse(text))
        .isInstanceOf(MalformedHintException.class)
        .hasMessageStartingWith(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node==/((((a{100}){100}){100}){100})/",
        "node==/(a{999}){2,}/",
        "node==/(([a-z]{30}){30}){30}/",
        "node==/(a{1,50}){1,50}/",
        "node==/a{1000}/",
      })
  void a_regular_expression_that_unfolds_too_far_is_refused(String text) {
    assertThatThrownBy(() -> Expression.parse(text))
        .isInstanceOf(MalformedHintException.class)
        .hasMessageContaining("too large");
  }

  @ParameterizedTest
  @ValueSource(strings = {"node==/^[0-9]{3}-[0-9]{4}$/", "node==/a{2,}b{1,30}/", "node==/\\{x\\}/"})
  void a_counted_repetition_of_ordinary_size_is_taken(String text) throws MalformedHintException {
    assertThat(Expression.parse(text)).hasToString(text);
  }

  @Test
  void what_is_too_long_is_refused() {
    assertThatThrownBy(() -> Expression.parse("node==" + "a".repeat(1020)))
        .hasMessageContaining("more than 1024 characters");
    assertThatThrownBy(() -> Expression.parse("node==/" + "a".repeat(257) + "/"))
        .hasMessageContaining("more than 256 characters");
  }

  @Test
  void control_characters_are_refused() {
    assertThatThrownBy(() -> Expression.parse("node==a\nb")).hasMessageContaining("control");
  }
}
