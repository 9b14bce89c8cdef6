package dev.berth.manager.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.OpenStreams;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.Role;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TenantLimitTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final List<Duration> pauses = new ArrayList<>();

  private Gatekeeper gate(LimitConfig config) {
    Authenticator nobody =
        (_, _) -> {
          throw new RefusedCallerException(401, "nobody");
        };
    return new Gatekeeper(nobody, new OpenStreams(nobody), config, now::get, pauses::add);
  }

  private static Caller caller(String tenant, Role role) {
    return new Caller("ann", new TenantId(tenant), role, IdentitySource.OWN);
  }

  private static final Caller ACME = caller("acme", Role.MEMBER);
  private static final Caller UMBRELLA = caller("umbrella", Role.MEMBER);

  @Test
  void over_the_rate_a_tenant_is_slowed_down_and_then_refused_after_a_while() {
    Gatekeeper gate = gate(new LimitConfig(2, 1, 0, 0, 0, 0, 0, 0, 0, 0));
    gate.admit(ACME, Work.CALL).close();
    assertThat(pauses).isEmpty();
    gate.admit(ACME, Work.CALL).close();
    gate.admit(ACME, Work.CALL).close();
    assertThat(pauses).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThatThrownBy(() -> gate.admit(ACME, Work.CALL))
        .isInstanceOfSatisfying(
            LimitedException.class, e -> assertThat(e.retryAfterSeconds()).isEqualTo("2"))
        .hasMessage(
            "acme makes more than 2 requests a second: ask less often, or ask an operator for more");
    assertThat(pauses).hasSize(3).last().isEqualTo(TenantLimit.PATIENCE);
    gate.admit(UMBRELLA, Work.CALL).close();
    assertThat(pauses).hasSize(3);
  }

  @Test
  void an_operator_is_not_limited() {
    Gatekeeper gate = gate(new LimitConfig(1, 1, 1, 1, 1, 1, 0, 0, 0, 0));
    Caller operator = caller("acme", Role.ADMIN);
    for (int i = 0; i < 10; i++) {
      assertThat(gate.admit(operator, Work.TRANSFER)).isSameAs(Turn.FREE);
    }
  }

  @Test
  void streams_and_calls_have_places_of_their_own_that_come_back() {
    Gatekeeper gate = gate(new LimitConfig(0, 1, 1, 1, 0, 0, 0, 0, 0, 0));
    Turn stream = gate.admit(ACME, Work.STREAM);
    gate.admit(ACME, Work.CALL).close();
    gate.admit(UMBRELLA, Work.STREAM).close();
    assertThatThrownBy(() -> gate.admit(ACME, Work.STREAM))
        .isInstanceOf(LimitedException.class)
        .hasMessage(
            "acme has 1 streams open, which is the limit: wait until one is over, and try again");
    stream.close();
    gate.admit(ACME, Work.STREAM).close();
  }

  @Test
  void who_is_refused_for_the_rate_gives_its_place_back() {
    Gatekeeper gate = gate(new LimitConfig(1, 1, 1, 0, 0, 0, 0, 0, 0, 0));
    gate.admit(ACME, Work.CALL).close();
    gate.admit(ACME, Work.CALL).close();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> gate.admit(ACME, Work.CALL)).hasMessageContaining("a second");
    }
    now.set(Instant.EPOCH.plusSeconds(10));
    gate.admit(ACME, Work.CALL).close();
  }

  @Test
  void events_go_to_all_listeners_of_a_tenant_at_one_pace() throws InterruptedException {
    Gatekeeper gate = gate(new LimitConfig(0, 1, 0, 0, 0, 0, 2, 0, 0, 0));
    for (int i = 0; i < 4; i++) {
      gate.events(ACME).next();
    }
    assertThat(pauses).isEmpty();
    gate.events(ACME).next();
    assertThat(pauses).containsExactly(Duration.ofMillis(500));
    gate.events(UMBRELLA).next();
    gate.events(caller("acme", Role.ADMIN)).next();
    assertThat(pauses).hasSize(1);
  }

  @Test
  void zero_is_no_limit() {
    Gatekeeper gate = gate(LimitConfig.NONE);
    for (int i = 0; i < 10_000; i++) {
      gate.admit(ACME, Work.SCAN);
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  void an_address_that_fails_too_often_is_over_until_time_has_passed() throws UnknownHostException {
    AddressLimit limit = new AddressLimit(2, now::get, pauses::add);
    InetAddress bad = InetAddress.getByName("2001:db8::1");
    InetAddress sameNetwork = InetAddress.getByName("2001:db8::ffff");
    InetAddress other = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 10; i++) {
      assertThat(limit.isOver(bad)).isFalse();
      limit.failed(bad);
    }
    assertThat(limit.isOver(bad)).isTrue();
    assertThat(limit.isOver(sameNetwork)).isTrue();
    assertThat(limit.isOver(other)).isFalse();
    assertThat(limit.refuse(bad)).hasMessageContaining("2001:db8");
    assertThat(pauses).containsExactly(Duration.ofSeconds(1));
    now.set(Instant.EPOCH.plusSeconds(1));
    assertThat(limit.isOver(bad)).isFalse();
  }
}
