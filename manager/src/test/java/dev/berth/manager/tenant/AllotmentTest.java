package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.common.record.AllotmentRecord;
import dev.berth.common.record.Records;
import dev.berth.scheduler.quota.Quota;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllotmentTest {

  @Test
  void what_was_written_is_read() {
    Allotment written =
        new Allotment(
            Quota.of(Map.of("memory", "4g")),
            Optional.of("small"),
            Optional.empty(),
            Allotment.constraints(List.of("zone!=a", "node==/^db[0-9]$/")));

    Allotment read =
        Allotment.of(Records.read(Records.write(written.record()), AllotmentRecord.class));

    assertThat(read).isEqualTo(written);
  }

  @Test
  void one_of_an_older_version_keeps_its_tenant_off_no_host() {
    byte[] older = "{\"quota\":{},\"flavor\":\"\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(Allotment.of(Records.read(older, AllotmentRecord.class))).isEqualTo(Allotment.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "zone=a, one of the operators == and != is expected",
    "zone==, there is no value",
    "zone!=~a, leave out the ~",
    "'', one of the operators",
  })
  void what_cannot_be_a_rule_is_refused_with_a_sentence(String constraint, String sentence) {
    assertThatThrownBy(() -> Allotment.constraints(List.of("disk==ssd", constraint)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(constraint)
        .hasMessageContaining(sentence);
  }
}
