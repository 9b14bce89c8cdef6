package dev.berth.manager.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.http.Headers;
import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.Role;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SessionsTest {
  private static final Caller ANN =
      new Caller("ann", new TenantId("acme"), Role.MEMBER, IdentitySource.OWN);

  private Instant now = Instant.parse("2026-01-01T08:00:00Z");
  private final Sessions sessions = new Sessions(() -> now, new SecureRandom());

  private static Headers cookie(Session session) {
    return Headers.of("Cookie", "theme=dark; berth-session=" + session.id() + "; x=y");
  }

  private static Caller named(String user) {
    return new Caller(user, new TenantId("acme"), Role.MEMBER, IdentitySource.OWN);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void a_session_is_found_by_its_cookie_alone() {
    Session session = sessions.begin(ANN, "token", true);
    assertThat(sessions.of(cookie(session))).contains(session);
    assertThat(sessions.of(Headers.NONE)).isEmpty();
    assertThat(sessions.of(Headers.of("Cookie", "berth-session=guessed"))).isEmpty();
    assertThat(session).hasToString("session of ann in acme");
  }

  @Test
  void a_session_that_is_not_used_for_half_an_hour_is_over() {
    Session session = sessions.begin(ANN, "token", true);
    pass(Duration.ofMinutes(29));
    assertThat(sessions.of(cookie(session))).isPresent();
    pass(Duration.ofMinutes(29));
    assertThat(sessions.of(cookie(session))).isPresent();
    pass(Duration.ofMinutes(31));
    assertThat(sessions.of(cookie(session))).isEmpty();
  }

  @Test
  void a_session_is_over_after_eight_hours_however_much_it_is_used() {
    Session session = sessions.begin(ANN, "token", true);
    for (int i = 0; i < 24; i++) {
      pass(Duration.ofMinutes(20));
      assertThat(sessions.of(cookie(session))).isPresent();
    }
    pass(Duration.ofMinutes(1));
    assertThat(sessions.of(cookie(session))).isEmpty();
  }

  @Test
  void of_too_many_the_one_that_was_used_longest_ago_gives_way() {
    Session first = sessions.begin(ANN, "token", true);
    Session second = sessions.begin(ANN, "token", true);
    for (int i = 0; i < 998; i++) {
      sessions.begin(named("user-" + i), "token", true);
    }
    assertThat(sessions.of(cookie(first))).isPresent();
    sessions.begin(named("last"), "token", true);
    assertThat(sessions.size()).isEqualTo(1_000);
    assertThat(sessions.of(cookie(first))).isPresent();
    assertThat(sessions.of(cookie(second))).isEmpty();
  }

  @Test
  void a_user_who_logs_in_again_and_again_ends_its_own_sessions_and_nobody_elses() {
    Session operators = sessions.begin(named("operator"), "token", true);
    Session first = sessions.begin(ANN, "token", true);
    for (int i = 0; i < 2_000; i++) {
      sessions.begin(ANN, "token", true);
    }
    assertThat(sessions.size()).isEqualTo(21);
    assertThat(sessions.of(cookie(first))).isEmpty();
    assertThat(sessions.of(cookie(operators))).isPresent();
  }

  @Test
  void an_ended_session_is_not_found() {
    Session session = sessions.begin(ANN, "token", true);
    sessions.end(session);
    assertThat(sessions.of(cookie(session))).isEmpty();
  }

  @Test
  void a_call_is_the_pages_own_only_with_its_secret_and_from_its_origin() {
    Session session = sessions.begin(ANN, "token", true);
    Headers own = Headers.of("Host", "berth:2375", Origins.SECRET, session.secret());
    assertThat(Origins.isOwn(own, session)).isTrue();
    assertThat(Origins.isOwn(own.with("Origin", "http://berth:2375"), session)).isTrue();
    assertThat(Origins.isOwn(own.with("Origin", "http://evil.example"), session)).isFalse();
    assertThat(Origins.isOwn(own.with("Origin", "null"), session)).isFalse();
    assertThat(Origins.isOwn(own.with(Origins.SECRET, "guessed"), session)).isFalse();
    assertThat(Origins.isOwn(own.without(Origins.SECRET), session)).isFalse();
  }
}
