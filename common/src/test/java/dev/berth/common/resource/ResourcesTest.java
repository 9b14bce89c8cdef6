package dev.berth.common.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcesTest {

  @ParameterizedTest
  @CsvSource({
    "1500000000,      0,      0, 1500000000",
    "1500000000, 200000, 100000, 1500000000",
    "         0,  50000, 100000,  500000000",
    "         0,  50000,      0,  500000000",
    "         0,      1, 300000,       3333",
    "         0,     -1, 100000,          0",
    "         0,      0,      0,          0",
    "        -5,      0,      0,          0",
    "         0, 9223372036854775807, 1, 1125899906842624",
    "9223372036854775807, 0,   0, 1125899906842624",
  })
  void nano_cpus_win_over_quota_and_period_and_shares_reserve_nothing(
      long nanoCpus, long quota, long period, long reserved) {
    assertThat(NanoCpus.ofHostConfig(nanoCpus, quota, period).value()).isEqualTo(reserved);
  }

  @ParameterizedTest
  @CsvSource({
    "67108864, 67108864",
    "0, 0",
    "-1, 0",
    "9223372036854775807, 1125899906842624",
  })
  void a_memory_limit_is_reserved_and_no_limit_reserves_nothing(long memory, long reserved) {
    assertThat(Bytes.ofHostConfig(memory).value()).isEqualTo(reserved);
  }

  @ParameterizedTest
  @CsvSource({"0,0B", "1023,1023B", "1024,1KiB", "67108864,64MiB", "1610612736,1.5GiB"})
  void bytes_are_written_in_binary_units(long value, String text) {
    assertThat(new Bytes(value)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "10G, 10737418240",
    "10g, 10737418240",
    "10GB, 10737418240",
    "10GiB, 10737418240",
    "10 gib, 10737418240",
    "1.5G, 1610612736",
    ".5k, 512",
    "5., 5",
    "1p, 1125899906842624",
    "2p, 1125899906842624",
    "64b, 64",
    "0, 0",
  })
  void a_size_is_read_as_an_engine_reads_it(String text, long bytes) {
    assertThat(Bytes.parse(text).value()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "G", "-1g", "10x", "10bg", "10ib", "10gi", "10GiBs", "1..5g", "10  g", "1,5g"})
  void what_an_engine_would_not_take_for_a_size_is_refused_in_its_words(String text) {
    assertThatThrownBy(() -> Bytes.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("invalid size: '" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({"0,0 CPUs", "1000000000,1 CPU", "1500000000,1.5 CPUs", "10000000000,10 CPUs"})
  void nano_cpus_are_written_in_cpus(long value, String text) {
    assertThat(new NanoCpus(value)).hasToString(text);
  }

  @Test
  void what_fits_must_fit_in_every_dimension() {
    Resources room = new Resources(NanoCpus.ofCpus(2), new Bytes(100));

    assertThat(new Resources(NanoCpus.ofCpus(2), new Bytes(100)).fitsIn(room)).isTrue();
    assertThat(new Resources(NanoCpus.ofCpus(3), new Bytes(1)).fitsIn(room)).isFalse();
    assertThat(new Resources(NanoCpus.ofCpus(1), new Bytes(101)).fitsIn(room)).isFalse();
  }

  @Test
  void minus_undoes_plus() {
    Resources a = new Resources(NanoCpus.ofCpus(2), new Bytes(100));
    Resources b = new Resources(NanoCpus.ofCpus(1), new Bytes(7));

    assertThat(a.plus(b).minus(b)).isEqualTo(a);
  }

  @Test
  void a_sum_that_is_too_large_is_an_error_and_not_a_small_number() {
    Bytes most = new Bytes(Long.MAX_VALUE);

    assertThatThrownBy(() -> most.plus(new Bytes(1))).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void there_is_no_amount_below_nothing() {
    assertThatThrownBy(() -> new Bytes(3).minus(new Bytes(4)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NanoCpus(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
