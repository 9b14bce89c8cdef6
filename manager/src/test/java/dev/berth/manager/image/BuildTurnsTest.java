package dev.berth.manager.image;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.common.id.TenantId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BuildTurnsTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId UMBRELLA = new TenantId("umbrella");

  @Test
  void a_tenant_has_so_many_builds_at_once_and_all_have_so_many() throws Exception {
    BuildTurns turns = new BuildTurns(3, 2, Duration.ofMillis(20));
    BuildTurns.Turn first = turns.take(ACME);
    turns.take(ACME);
    assertThatThrownBy(() -> turns.take(ACME))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("acme has 2 builds under way");
    turns.take(UMBRELLA);
    assertThatThrownBy(() -> turns.take(UMBRELLA)).hasMessageContaining("this manager");
    first.close();
    turns.take(UMBRELLA);
  }
}
