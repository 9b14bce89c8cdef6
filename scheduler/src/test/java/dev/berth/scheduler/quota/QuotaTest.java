package dev.berth.scheduler.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaTest {

  @ParameterizedTest
  @CsvSource({
    "containers, 20, 20",
    "cpus, 1.5, 1500000000",
    "cpus, 8, 8000000000",
    "memory, 4g, 4294967296",
    "memory, 512m, 536870912",
    "memory, 512MB, 536870912",
    "memory, 100, 100",
    "memory, 0, 0",
    "image-bytes, 1t, 1099511627776",
    "disk, 10g, 10737418240",
  })
  void an_amount_is_read_as_people_write_it(String word, String text, long amount) {
    assertThat(Quota.of(Map.of(word, text)).limits().values()).containsExactly(amount);
  }

  @ParameterizedTest
  @CsvSource({
    "containers, 1.5",
    "containers, -1",
    "containers, many",
    "cpus, 0.0000000001",
    "cpus, -1",
    "cpus, 1e30",
    "memory, 4x",
    "memory, -4g",
    "memory, 9999999999t",
    "memory, ''",
  })
  void what_is_no_amount_is_refused_with_an_example(String word, String text) {
    assertThatThrownBy(() -> Quota.of(Map.of(word, text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("invalid amount of %s \"%s\": use ".formatted(word, text));
  }

  @Test
  void a_quantity_that_there_is_not_is_refused_with_those_that_there_are() {
    assertThatThrownBy(() -> Quota.of(Map.of("ram", "4g")))
        .hasMessageStartingWith("there is no quota of ram; there are containers, cpus, memory,");
  }

  @Test
  void exactly_the_limit_is_allowed_and_one_more_is_not() {
    Quota quota = Quota.of(Map.of("containers", "3"));
    Amounts two = new Amounts(Map.of(Quantity.CONTAINERS, 2L));
    assertThat(quota.excess(two, Amounts.one(Quantity.CONTAINERS))).isEmpty();
    assertThat(quota.excess(two, two)).isPresent();
  }

  @Test
  void who_is_over_a_limit_that_came_later_can_still_have_what_it_does_not_limit() {
    Quota quota = Quota.of(Map.of("memory", "1g"));
    Amounts used = new Amounts(Map.of(Quantity.MEMORY, 4L << 30));
    assertThat(quota.excess(used, Amounts.one(Quantity.CONTAINERS))).isEmpty();
    assertThat(quota.excess(used, Amounts.one(Quantity.MEMORY))).isPresent();
  }

  @Test
  void the_sentence_says_what_how_much_and_what_to_do() {
    Quota quota = Quota.of(Map.of("memory", "4g"));
    Amounts used = new Amounts(Map.of(Quantity.MEMORY, 3L << 30));
    Amounts asked = new Amounts(Map.of(Quantity.MEMORY, 2L << 30));
    assertThat(quota.excess(used, asked).orElseThrow().sentence())
        .isEqualTo(
            "quota exceeded: of memory this tenant may have 4GiB, has 3GiB, and this asks for 2GiB;"
                + " remove something, ask for less, or ask an operator for more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5/512m", "0.5 / 512m"})
  void a_flavor_is_read_from_its_cpus_and_memory(String limits) {
    Flavor flavor = Flavor.parse("small", limits);
    assertThat(flavor.cpus().value()).isEqualTo(500_000_000);
    assertThat(flavor.memory().value()).isEqualTo(512L << 20);
    assertThat(flavor).hasToString("small (0.5 CPUs, 512MiB)");
  }

  @Test
  void a_hyphen_in_a_flavor_sets_no_limit() {
    assertThat(Flavor.parse("any", "-/1g").cpus().value()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1/", "/1g", "1/1g/1", "x/1g", ""})
  void what_is_no_flavor_is_refused(String limits) {
    assertThatThrownBy(() -> Flavor.parse("small", limits))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
