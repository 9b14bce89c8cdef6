package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.berth.common.record.HostRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.JoinToken;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.tenant.ZooKeeperFixture;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class JoinServiceTest {
  @RegisterExtension static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  @TempDir private Path directory;

  private final MovableClock clock = new MovableClock();
  private CuratorFramework zookeeper;
  private JoinService joins;

  @BeforeEach
  void open() throws Exception {
    zookeeper = ZOOKEEPER.fresh("t" + UUID.randomUUID());
    joins =
        new JoinService(
            zookeeper,
            Authority.open(directory, "test cluster"),
            () -> "10.0.0.1:2181",
            Duration.ofDays(1),
            clock,
            new SecureRandom());
  }

  private JoinService.Joined join(String token, String role) throws Exception {
    return joins.join(
        new JoinService.Request(token, Credentials.request().csr(), "Host 1.example", role));
  }

  private int refused(String token, String role) {
    return catchThrowableOfType(JoinRefusedException.class, () -> join(token, role)).status();
  }

  @Test
  void a_host_with_a_token_gets_a_certificate_in_its_id_and_a_record() throws Exception {
    JoinToken token = joins.issue(PeerRole.AGENT, Duration.ofHours(1), 1, Map.of());
    Credentials.Request keys = Credentials.request();

    JoinService.Joined joined =
        joins.join(new JoinService.Request(token.text(), keys.csr(), "Host 1.example", "agent"));

    assertThat(joined.hostId().value()).matches("host-1-example-[0-9a-f]{6}");
    assertThat(keys.signed(joined.certificate(), joined.ca()).self())
        .isEqualTo(new Peer(PeerRole.AGENT, joined.hostId().value()));
    assertThat(joined.zookeeper()).isEqualTo("10.0.0.1:2181");
    HostRecord record =
        Records.read(zookeeper.getData().forPath(Paths.host(joined.hostId())), HostRecord.class);
    assertThat(record.name()).isEqualTo("Host 1.example");
  }

  @Test
  void the_secret_alone_is_enough() throws Exception {
    JoinToken token = joins.issue(PeerRole.AGENT, Duration.ofHours(1), 1, Map.of());

    assertThat(join(token.secret(), "agent")).isNotNull();
  }

  @Test
  void a_manager_has_a_certificate_and_no_host_record() throws Exception {
    JoinToken token = joins.issue(PeerRole.MANAGER, Duration.ofHours(1), 1, Map.of());
    Credentials.Request keys = Credentials.request();

    JoinService.Joined joined =
        joins.join(new JoinService.Request(token.text(), keys.csr(), "m", "manager"));

    assertThat(keys.signed(joined.certificate(), joined.ca()).self().role())
        .isEqualTo(PeerRole.MANAGER);
    assertThat(zookeeper.getChildren().forPath(Paths.HOSTS)).isEmpty();
  }

  @Test
  void a_token_is_refused_when_used_up_expired_unknown_or_changed() throws Exception {
    JoinToken once = joins.issue(PeerRole.AGENT, Duration.ofHours(1), 1, Map.of());
    join(once.text(), "agent");
    assertThat(refused(once.text(), "agent")).isEqualTo(401);

    JoinToken old = joins.issue(PeerRole.AGENT, Duration.ofHours(1), 1, Map.of());
    clock.advance(Duration.ofHours(1));
    assertThat(refused(old.text(), "agent")).isEqualTo(401);

    assertThat(refused(JoinToken.fresh(once.fingerprint()).text(), "agent")).isEqualTo(401);
    assertThat(refused(old.text() + "0", "agent")).isEqualTo(401);
    assertThat(refused("", "agent")).isEqualTo(401);
  }

  @Test
  void the_host_has_the_labels_of_its_token() throws Exception {
    JoinToken token = joins.issue(PeerRole.AGENT, Duration.ofHours(1), 2, Map.of("zone", "a"));
    assertThat(join(token.text(), "agent")).isNotNull();

    JoinService.Joined second = join(token.text(), "agent");

    HostRecord record =
        Records.read(zookeeper.getData().forPath(Paths.host(second.hostId())), HostRecord.class);
    assertThat(record.labels()).containsExactly(Map.entry("zone", "a"));
  }

  @Test
  void tokens_that_are_good_are_listed_without_their_secrets() throws Exception {
    assertThat(joins.issued()).isEmpty();
    JoinToken token = joins.issue(PeerRole.AGENT, Duration.ofHours(2), 3, Map.of("zone", "a"));
    JoinToken _ = joins.issue(PeerRole.MANAGER, Duration.ofHours(1), 1, Map.of());
    join(token.text(), "agent");

    assertThat(joins.issued())
        .extracting(JoinService.Issued::role, JoinService.Issued::uses)
        .containsExactly(tuple("manager", 1), tuple("agent", 2));
    assertThat(joins.issued().toString()).doesNotContain(token.secret());
    clock.advance(Duration.ofMinutes(90));
    assertThat(joins.issued()).extracting(JoinService.Issued::role).containsExactly("agent");
  }

  @Test
  void a_token_that_was_taken_back_lets_nobody_in() throws Exception {
    JoinToken token = joins.issue(PeerRole.AGENT, Duration.ofHours(1), 3, Map.of());
    String id = joins.issued().getFirst().id();

    assertThat(joins.takeBack("")).isFalse();
    assertThat(joins.takeBack("000000000000")).isFalse();
    assertThat(joins.takeBack(id)).isTrue();

    assertThat(joins.takeBack(id)).isFalse();
    assertThat(refused(token.text(), "agent")).isEqualTo(401);
  }

  @Test
  void an_agents_token_lets_no_manager_in() throws Exception {
    JoinToken token = joins.issue(PeerRole.AGENT, Duration.ofHours(1), 1, Map.of());

    assertThat(refused(token.text(), "manager")).isEqualTo(403);
    assertThat(join(token.text(), "agent")).isNotNull();
  }

  @Test
  void a_bad_signing_request_does_not_use_the_token_up() throws Exception {
    JoinToken token = joins.issue(PeerRole.AGENT, Duration.ofHours(1), 1, Map.of());

    JoinRefusedException refused =
        catchThrowableOfType(
            JoinRefusedException.class,
            () -> joins.join(new JoinService.Request(token.text(), "nonsense", "h", "agent")));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(join(token.text(), "agent")).isNotNull();
  }

  @Test
  void a_token_lets_in_as_many_as_it_has_uses_also_when_all_come_at_once() throws Exception {
    JoinToken token = joins.issue(PeerRole.AGENT, Duration.ofHours(1), 3, Map.of());
    List<Future<Boolean>> results = new ArrayList<>();
    try (ExecutorService hosts = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        results.add(
            hosts.submit(
                () -> {
                  try {
                    return join(token.text(), "agent") != null;
                  } catch (JoinRefusedException e) {
                    return false;
                  }
                }));
      }
    }

    int in = 0;
    for (Future<Boolean> result : results) {
      in += result.get() ? 1 : 0;
    }
    assertThat(in).isEqualTo(3);
    assertThat(zookeeper.getChildren().forPath(Paths.HOSTS)).hasSize(3);
  }

  @Test
  void lifetime_and_uses_are_bounded() {
    assertThat(
            catchThrowableOfType(
                    JoinRefusedException.class,
                    () -> joins.issue(PeerRole.AGENT, Duration.ofDays(31), 1, Map.of()))
                .status())
        .isEqualTo(400);
    assertThat(
            catchThrowableOfType(
                    JoinRefusedException.class,
                    () -> joins.issue(PeerRole.AGENT, Duration.ofHours(1), 0, Map.of()))
                .status())
        .isEqualTo(400);
  }
}
