package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.common.http.Headers;
import dev.berth.common.id.TenantId;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OpenStreamsTest {
  private static final TenantId ACME = new TenantId("acme");

  /** Knows the callers of these tokens, and is away for some. */
  private static final class Known implements Authenticator {
    final Map<String, Caller> callers = new ConcurrentHashMap<>();
    final Set<String> away = ConcurrentHashMap.newKeySet();
    final List<String> asked = new CopyOnWriteArrayList<>();

    @Override
    public Caller authenticate(Headers headers, Optional<Peer> certificate) {
      String token =
          headers.first(StoreAuthenticator.TOKEN).orElseGet(() -> certificate.get().name());
      asked.add(token);
      if (away.contains(token)) {
        throw new RefusedCallerException(503, "nobody can be asked");
      }
      return Optional.ofNullable(callers.get(token))
          .orElseThrow(() -> new RefusedCallerException(401, "no such token"));
    }

    @Override
    public boolean knows(Headers headers, Optional<Peer> certificate) {
      return callers.containsKey(headers.first(StoreAuthenticator.TOKEN).orElse(""));
    }
  }

  private final Known known = new Known();
  private final OpenStreams streams = new OpenStreams(known);
  private final List<String> ended = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    streams.close();
  }

  private static Caller caller(String user, Role role) {
    return new Caller(user, ACME, role, IdentitySource.OWN);
  }

  private OpenStreams.Open open(String token, String name) {
    Caller caller = caller("ann", Role.MEMBER);
    known.callers.put(token, caller);
    return streams.open(
        Headers.of("X-Auth-Token", token),
        Optional.empty(),
        caller,
        Role.MEMBER,
        () -> ended.add(name));
  }

  @Test
  void the_streams_of_a_token_that_is_no_longer_good_end_and_no_others() throws Exception {
    open("revoked", "one");
    open("revoked", "two");
    open("good", "three");
    streams.sweep();
    assertThat(ended).isEmpty();

    known.callers.remove("revoked");
    streams.sweep();
    streams.sweep();

    assertThat(ended).containsExactlyInAnyOrder("one", "two");
    assertThat(streams.size()).isEqualTo(1);
  }

  @Test
  void a_certificate_is_looked_at_as_a_token_is() throws Exception {
    known.callers.put("hash", caller("ann", Role.MEMBER));
    streams.open(
        Headers.NONE,
        Optional.of(new Peer(PeerRole.USER, "hash")),
        caller("ann", Role.MEMBER),
        Role.READER,
        () -> ended.add("by certificate"));
    streams.sweep();
    assertThat(ended).isEmpty();

    known.callers.clear();
    streams.sweep();

    assertThat(ended).containsExactly("by certificate");
  }

  @Test
  void a_stream_that_is_over_is_not_ended() throws Exception {
    open("revoked", "one").close();
    known.callers.clear();

    streams.sweep();

    assertThat(ended).isEmpty();
    assertThat(streams.size()).isZero();
  }

  @Test
  void a_caller_is_asked_for_once_however_many_streams_it_has() throws Exception {
    List<OpenStreams.Open> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(open("busy", "stream " + i));
    }

    streams.sweep();

    assertThat(many).hasSize(100);
    assertThat(known.asked).containsExactly("busy");
  }

  @Test
  void who_lost_the_role_that_the_call_needs_loses_the_stream() throws Exception {
    open("ann", "exec");
    known.callers.put("ann", caller("ann", Role.READER));

    streams.sweep();

    assertThat(ended).containsExactly("exec");
  }

  @Test
  void while_nobody_can_be_asked_only_those_who_are_still_believed_keep_theirs() throws Exception {
    open("believed", "one");
    open("forgotten", "two");
    known.away.addAll(List.of("believed", "forgotten"));
    known.callers.remove("forgotten");

    streams.sweep();

    assertThat(ended).containsExactly("two");
  }

  @Test
  void it_goes_round_by_itself() {
    open("revoked", "one");
    streams.start(Duration.ofMillis(20));
    known.callers.clear();

    await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(ended).hasSize(1));
  }
}
