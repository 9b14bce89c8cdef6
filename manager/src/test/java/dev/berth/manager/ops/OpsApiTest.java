package dev.berth.manager.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.ContainerSample;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.SampleCodec;
import dev.berth.common.monitor.Series;
import dev.berth.common.monitor.Values;
import dev.berth.common.record.Claim;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.NetworkRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.record.VolumeRecord;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.OwnCredentials;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import dev.berth.manager.audit.AuditConfig;
import dev.berth.manager.audit.AuditTrail;
import dev.berth.manager.cluster.Claims;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.Explanation;
import dev.berth.manager.cluster.HostRegister;
import dev.berth.manager.cluster.HostRemoval;
import dev.berth.manager.cluster.JoinService;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.monitor.FleetEvents;
import dev.berth.manager.monitor.FleetMonitor;
import dev.berth.manager.monitor.Source;
import dev.berth.manager.move.Drains;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.tenant.Allotments;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.Flavors;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.Secrets;
import dev.berth.manager.tenant.StoreAuthenticator;
import dev.berth.manager.tenant.TenantPolicies;
import dev.berth.manager.tenant.TokenCache;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.View;
import dev.berth.scheduler.quota.Flavor;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpsApiTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String KEYSTONE_ALICE = "token-of-keystone";
  private static final TenantId PROJECT = new TenantId("0123456789abcdef0123456789abcdef");

  @RegisterExtension static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  @TempDir private Path directory;

  private final HttpClient http = HttpClient.newHttpClient();
  private final MovableClock clock = new MovableClock();
  private CuratorFramework zookeeper;
  private IdentityStore identities;
  private final Shelf objects = new Shelf();
  private TenantPolicies policies;
  private Allotments allotments;
  private HttpServer server;
  private AuditTrail trail;
  private OpsApi api;
  private DeclaredAnswers declared;
  private FleetMonitor monitor;
  private Claims<VolumeRecord> volumes;
  private Authority users;
  private String admin;
  private String member;

  @BeforeEach
  void serve() throws Exception {
    zookeeper = ZOOKEEPER.fresh("t" + UUID.randomUUID());
    identities =
        new IdentityStore(
            zookeeper,
            clock,
            new SecureRandom(),
            new IdentityStore.Settings(Duration.ofHours(24), Duration.ofDays(366), 4));
    TenantId ops = new TenantId("ops");
    identities.createTenant(ops);
    admin = identities.issueToken("root", ops, Role.ADMIN, Optional.empty()).secret();
    member = identities.issueToken("mia", ops, Role.MEMBER, Optional.empty()).secret();
    HostRegister register = new HostRegister(zookeeper);
    volumes = new Claims<>(zookeeper, Paths.VOLUMES, VolumeRecord.class, VolumeRecord::name);
    policies = new TenantPolicies(zookeeper);
    policies.start();
    allotments = new Allotments(zookeeper, Allotment.NONE);
    allotments.start();
    StoreAuthenticator authenticator =
        new StoreAuthenticator(identities, TokenCache.Settings.DEFAULT, clock);
    users = Authority.open(directory.resolve("users"), "test users", Authority.Purpose.USERS);
    trail =
        AuditTrail.open(
            directory.resolve("trail"), new AuditConfig(true, 1 << 20, 2, false), clock);
    monitor =
        new FleetMonitor(
            () -> List.of(new FleetMonitor.Member(new HostId("h1"), "h1")),
            () -> List.of(new BusyHost()),
            clock);
    api =
        OpsApi.of(
            withKeystone(authenticator),
            new ExplainRoutes(
                (_, _) ->
                    new Explanation(
                        true,
                        "",
                        List.of(
                            new Explanation.Host("h1", "h1", "chosen", "", 3L),
                            new Explanation.Host("h2", "h2", "health", "it is down", null)),
                        "")),
            new AuditRoutes(trail, clock),
            new FleetEventRoutes(new FleetEvents(), clock),
            new MonitorRoutes(monitor, null, UnaryOperator.identity()),
            new TenantRoutes(
                identities,
                authenticator,
                policies,
                allotments,
                Flavors.of(Flavors.Mode.OFF, List.of(Flavor.parse("small", "0.5/512m")), "small"),
                _ -> new TenantUsage.Usage(3, 2, 1024, 0.5, oneOfEach()),
                objects),
            new PolicyRoutes(policies, () -> Set.of("ContainerExec")),
            new IdentityRoutes(identities, authenticator, users),
            new KeystoneRoutes(identities, authenticator),
            new OldKeystoneRoutes(identities),
            new ClusterRoutes(new TwoHosts()),
            new RebalanceRoutes(null, null, PlacementHints.Choice.SPREAD),
            new HostRoutes(
                new TwoHosts(),
                register,
                new Drains(
                    null,
                    register,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    Clock.systemUTC()),
                new HostRemoval(
                    register,
                    new ContainerRecords(zookeeper),
                    null,
                    volumes,
                    networks(Paths.NETWORKS),
                    networks(Paths.BRIDGES),
                    new View(clock, new Events()))),
            new JoinRoutes(
                new JoinService(
                    zookeeper,
                    Authority.open(directory, "test cluster"),
                    () -> "zk:2181",
                    Duration.ofDays(1),
                    clock,
                    new SecureRandom())));
    server =
        HttpServer.start(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            HttpServer.Limits.DEFAULT,
            this::answer);
    declared =
        new DeclaredAnswers(
            JSON.readTree(
                http.send(
                        HttpRequest.newBuilder(URI.create(base() + OpenApi.PATH)).build(),
                        BodyHandlers.ofString())
                    .body()));
  }

  private Claims<NetworkRecord> networks(String root) {
    return new Claims<>(zookeeper, root, NetworkRecord.class, NetworkRecord::name);
  }

  private void answer(Exchange exchange) throws IOException {
    if (!api.handle(exchange, trail.begin(exchange, "r1"))) {
      exchange.respond(new ResponseHead(418, "Not Ours", Headers.NONE), new byte[0]);
    }
  }

  /** Knows one token more, as of a Keystone's user who is called as one of the own store. */
  private static Authenticator withKeystone(Authenticator own) {
    return (headers, certificate) ->
        headers.first("X-Auth-Token").filter(KEYSTONE_ALICE::equals).isPresent()
            ? new Caller("alice", PROJECT, Role.MEMBER, IdentitySource.KEYSTONE)
            : own.authenticate(headers, certificate);
  }

  /** Objects that a test puts there. */
  private static final class Shelf implements TenantObjects {
    final List<Owned> owned = new ArrayList<>();
    final Set<String> stuck = new HashSet<>();

    @Override
    public List<Owned> of(TenantId tenant) {
      return List.copyOf(owned);
    }

    @Override
    public Removal removeAll(TenantId tenant) {
      List<Owned> removed = owned.stream().filter(o -> !stuck.contains(o.name())).toList();
      owned.removeAll(removed);
      return new Removal(
          removed, owned.stream().map(o -> new Kept(o, "its host is away")).toList());
    }
  }

  private static Map<Quantity, Long> oneOfEach() {
    return Arrays.stream(Quantity.values())
        .collect(Collectors.toMap(quantity -> quantity, _ -> 1L));
  }

  /** A host of which everything is measured, as of its container. */
  private static final class BusyHost implements Source {
    @Override
    public HostId id() {
      return new HostId("h1");
    }

    @Override
    public String name() {
      return "h1";
    }

    @Override
    public JsonNode latest() {
      Values<HostMetric> host = new Values<>(HostMetric.values());
      Arrays.stream(HostMetric.values()).forEach(metric -> host.put(metric, 0.5));
      Values<ContainerMetric> container = new Values<>(ContainerMetric.values());
      Arrays.stream(ContainerMetric.values()).forEach(metric -> container.put(metric, 0.5));
      return SampleCodec.write(
          new HostSample(
              Instant.EPOCH,
              host,
              List.of(
                  new ContainerSample(new ContainerId("a".repeat(64)), "web", "acme", container))));
    }

    @Override
    public JsonNode past(String query) {
      Series<ContainerMetric> past = Series.hourAndDay(ContainerMetric.values());
      Values<ContainerMetric> first = new Values<>(ContainerMetric.values());
      Arrays.stream(ContainerMetric.values()).forEach(metric -> first.put(metric, 0.5));
      past.put(Instant.EPOCH, first);
      past.put(Instant.EPOCH.plus(Series.STEP), new Values<>(ContainerMetric.values()));
      return past.hour();
    }
  }

  private static final class TwoHosts implements ClusterStatus {
    @Override
    public Summary summary() {
      return new Summary("0.1.0", "m1", List.of("m1"), 2, 1, 7, List.of());
    }

    @Override
    public List<Host> hosts() {
      return List.of(
          new Host(
              new HostId("h1"),
              "h1",
              "healthy",
              "",
              "10.0.0.1",
              "20.10",
              4,
              1.5,
              8,
              2,
              7,
              Map.of("/dev/fuse", new Stock(2, 1)),
              Map.of("a", "b")),
          new Host(
              new HostId("h10-0123456789ab"),
              "h10",
              "healthy",
              "",
              "10.0.0.2",
              "20.10",
              4,
              1.5,
              8,
              2,
              7,
              Map.of(),
              Map.of()));
    }
  }

  @AfterEach
  void stop() throws IOException {
    policies.close();
    allotments.close();
    server.close();
    monitor.close();
    volumes.close();
    trail.close();
    http.close();
  }

  private String base() {
    return "http://127.0.0.1:" + server.address().getPort();
  }

  private record Answer(int status, JsonNode json, HttpResponse<String> response) {}

  private Answer call(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base() + path))
            .method(
                method,
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json(body)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      assertThat(declared.differences(method, path, response.statusCode(), response.body()))
          .describedAs("%s %s", method, path)
          .isEmpty();
      return new Answer(
          response.statusCode(),
          response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body()),
          response);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private Answer asAdmin(String method, String path, String body) {
    return call(method, path, body, "X-Auth-Token", admin);
  }

  private Answer asMember(String method, String path, String body) {
    return call(method, path, body, "X-Auth-Token", member);
  }

  @Test
  void an_operator_makes_a_tenant_a_user_and_a_token_and_the_token_works() {
    assertThat(asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}").status()).isEqualTo(201);
    Answer user =
        asAdmin("POST", "/berth/v1/users", "{'name':'alice','tenant':'acme','role':'member'}");
    assertThat(user.status()).isEqualTo(201);
    assertThat(user.json().get("password").asText()).hasSizeGreaterThan(20);
    assertThat(user.json().at("/roles/acme").asText()).isEqualTo("member");
    Answer issued =
        asAdmin(
            "POST",
            "/berth/v1/tokens",
            "{'tenant':'acme','user':'alice','role':'reader','lifetime':'1h'}");
    assertThat(issued.status()).isEqualTo(201);
    assertThat(issued.json().get("expires").asText()).isEqualTo("2026-01-01T01:00:00Z");

    Answer whoami =
        call("GET", "/berth/v1/whoami", "", "X-Auth-Token", issued.json().get("token").asText());

    assertThat(whoami.json())
        .hasToString(
            "{\"user\":\"alice\",\"tenant\":\"acme\",\"role\":\"reader\",\"source\":\"own\"}");
  }

  /** Those that need a fleet with its leader: the tests with real engines make them. */
  private static final Set<String> OF_A_FLEET =
      Set.of(
          "GET /berth/v1/hosts/{host}/drain",
          "GET /berth/v1/rebalance",
          "GET /berth/v1/rebalance/{goal}");

  @Test
  void every_call_is_answered_as_the_document_says() throws Exception {
    put(
        Paths.host(new HostId("h1")),
        Records.write(HostRecord.joined("h1", "h1", 0, Map.of("rack", "r1"))));
    put(
        Paths.claim(Paths.VOLUMES, new TenantId("ops"), "data"),
        Records.write(
            new VolumeRecord(
                "v1", "ops", "data", "h1", Claim.State.SETTLED, false, Map.of(), 0, 0)));
    volumes.start();
    monitor.start();
    await().until(() -> !monitor.hosts().isEmpty());
    Set<String> made = new TreeSet<>();
    made.add(good("GET", OpenApi.PATH, ""));
    made.add(good("GET", "/berth/v1/status", ""));
    made.add(good("GET", "/berth/v1/whoami", ""));
    made.add(good("GET", "/berth/v1/hosts", ""));
    made.add(good("PUT", "/berth/v1/hosts/h1", "{'labels':{'zone':'a'}}"));
    made.add(good("GET", "/berth/v1/hosts/h1", ""));
    made.add(good("GET", "/berth/v1/monitor/hosts", ""));
    made.add(good("GET", "/berth/v1/monitor/hosts/h1/series", ""));
    made.add(good("GET", "/berth/v1/monitor/hosts/h1/series?window=hour&container=a", ""));
    made.add(good("GET", "/berth/v1/monitor/tenants", ""));
    made.add(good("GET", "/berth/v1/monitor/top", ""));
    made.add(good("GET", "/berth/v1/events", ""));
    made.add(good("POST", "/berth/v1/explain", "{'tenant':'ops','name':'web','create':{}}"));
    made.add(good("POST", "/berth/v1/join-tokens", "{'labels':{'zone':'a'}}"));
    JsonNode join = asAdmin("GET", "/berth/v1/join-tokens", "").json().at("/tokens/0");
    made.add(good("GET", "/berth/v1/join-tokens", ""));
    made.add(good("DELETE", "/berth/v1/join-tokens/" + join.path("id").asText(), ""));
    made.add(
        good(
            "PUT",
            "/berth/v1/policies/few",
            "{'denyActions':['ContainerExec'],'limits':{'pids':9}}"));
    made.add(good("GET", "/berth/v1/policies/few", ""));
    made.add(good("POST", "/berth/v1/tenants", "{'id':'acme'}"));
    made.add(
        good(
            "PUT",
            "/berth/v1/tenants/acme",
            "{'policy':'few','quota':{'cpus':'1.5','memory':'1g'},'strategy':'spread',"
                + "'constraints':['zone!=a']}"));
    made.add(good("GET", "/berth/v1/policies", ""));
    made.add(good("POST", "/berth/v1/users", "{'name':'alice','tenant':'acme'}"));
    made.add(good("PUT", "/berth/v1/users/alice/roles/ops", "{'role':'admin'}"));
    made.add(good("PUT", "/berth/v1/users/alice/password", "{}"));
    made.add(good("GET", "/berth/v1/users", ""));
    objects.owned.add(new TenantObjects.Owned("container", "web", "h1"));
    made.add(good("GET", "/berth/v1/tenants", ""));
    made.add(good("GET", "/berth/v1/tenants/acme", ""));
    allotments.put(new TenantId("ops"), allotments.of(new TenantId("acme")));
    made.add(good("GET", "/berth/v1/quota", ""));
    made.add(good("POST", "/berth/v1/tokens", "{'tenant':'acme','user':'alice'}"));
    String csr = Credentials.request().csr().replace("\n", "\\n");
    made.add(good("POST", "/berth/v1/certificates", "{'csr':'%s','tenant':'acme'}".formatted(csr)));
    made.add(good("GET", "/berth/v1/tokens", ""));
    identities.createUser("root", Optional.empty(), new TenantId("ops"), Role.ADMIN);
    made.add(good("POST", "/berth/v1/certificate", "{'csr':'%s'}".formatted(csr)));
    made.add(
        good("DELETE", "/berth/v1/tokens/" + tokensOf("alice").getFirst().path("id").asText(), ""));
    made.add(good("DELETE", "/berth/v1/users/alice/roles/ops", ""));
    made.add(good("DELETE", "/berth/v1/tenants/acme?force=true", ""));
    made.add(good("DELETE", "/berth/v1/policies/few", ""));
    made.add(good("POST", "/berth/v1/users", "{'name':'bob','tenant':'ops'}"));
    made.add(good("DELETE", "/berth/v1/users/bob", ""));
    made.add(good("POST", "/berth/v1/hosts/h1/revoke", ""));
    made.add(good("DELETE", "/berth/v1/hosts/h1?force=true", ""));
    made.add(good("GET", "/berth/v1/audit", ""));

    made.addAll(OF_A_FLEET);
    assertThat(made).isEqualTo(declared.calls());
  }

  private void put(String path, byte[] record) throws Exception {
    zookeeper.create().creatingParentsIfNeeded().forPath(path, record);
  }

  /** Makes a call and returns what the document calls it. */
  private String good(String method, String path, String body) {
    Answer answer = asAdmin(method, path, body);
    assertThat(answer.status())
        .describedAs("%s %s: %s", method, path, answer.json())
        .isBetween(200, 299);
    return method + " " + declared.template(path).orElseThrow();
  }

  @Test
  void a_tenant_is_shown_with_its_users_and_usage() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    asAdmin("POST", "/berth/v1/users", "{'name':'alice','tenant':'acme'}");

    JsonNode tenant = asAdmin("GET", "/berth/v1/tenants/acme", "").json();

    assertThat(tenant.at("/users/0/name").asText()).isEqualTo("alice");
    assertThat(tenant.at("/users/0/role").asText()).isEqualTo("member");
    assertThat(tenant.at("/usage/containers").asInt()).isEqualTo(3);
    assertThat(asAdmin("GET", "/berth/v1/tenants/none", "").status()).isEqualTo(404);
    assertThat(asAdmin("GET", "/berth/v1/tenants", "").json().at("/tenants").size()).isEqualTo(2);
    assertThat(asAdmin("GET", "/berth/v1/users", "").json().toString()).doesNotContain("$2b$");
  }

  @Test
  void what_hosts_a_tenant_may_use_is_set_shown_and_cleared() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    String acme = "/berth/v1/tenants/acme";

    Answer set = asAdmin("PUT", acme, "{'constraints':['zone!=a','Node!=h1']}");

    assertThat(set.status()).isEqualTo(200);
    assertThat(set.json().get("constraints")).hasToString("[\"zone!=a\",\"node!=h1\"]");
    asAdmin("PUT", acme, "{'quota':{'memory':'1g'}}");
    assertThat(asAdmin("GET", acme, "").json().get("constraints"))
        .hasToString("[\"zone!=a\",\"node!=h1\"]");
    assertThat(asAdmin("PUT", acme, "{'constraints':[]}").json().get("constraints")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "['zone=a'] | one of the operators == and != is expected",
        "['zone!=~a'] | leave out the ~",
        "{'zone':'a'} | \"constraints\" must be a list of strings",
        "[1] | must be a list of strings",
        "null | must be a list of strings",
      })
  void a_malformed_constraint_of_a_tenant_is_refused_with_a_sentence(String value, String why) {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    String acme = "/berth/v1/tenants/acme";

    Answer refused = asAdmin("PUT", acme, "{'constraints':%s}".formatted(value));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().get("message").asText()).contains(why);
    assertThat(asAdmin("GET", acme, "").json().get("constraints")).isEmpty();
  }

  @Test
  void a_role_is_granted() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    asAdmin("POST", "/berth/v1/users", "{'name':'alice','tenant':'acme'}");

    Answer granted = asAdmin("PUT", "/berth/v1/users/alice/roles/ops", "{'role':'reader'}");

    assertThat(granted.json().at("/roles/ops").asText()).isEqualTo("reader");
  }

  @Test
  void a_role_that_is_taken_takes_the_tokens_of_the_user_in_that_tenant_along() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    asAdmin("POST", "/berth/v1/users", "{'name':'alice','tenant':'acme'}");
    asAdmin("PUT", "/berth/v1/users/alice/roles/ops", "{'role':'reader'}");
    String inAcme = token("alice", "acme");
    String inOps = token("alice", "ops");
    assertThat(whoami(inAcme)).isEqualTo(200);

    assertThat(asAdmin("DELETE", "/berth/v1/users/alice/roles/acme", "").status()).isEqualTo(200);

    assertThat(whoami(inAcme)).isEqualTo(401);
    assertThat(whoami(inOps)).isEqualTo(200);
    assertThat(asAdmin("DELETE", "/berth/v1/users/alice/roles/acme", "").status()).isEqualTo(400);
    assertThat(asAdmin("DELETE", "/berth/v1/users/nobody/roles/acme", "").status()).isEqualTo(404);
  }

  @Test
  void a_new_password_and_a_removal_end_the_tokens_of_a_user() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    asAdmin("POST", "/berth/v1/users", "{'name':'alice','tenant':'acme','password':'one-1234567'}");
    String first = token("alice", "acme");
    assertThat(whoami(first)).isEqualTo(200);

    Answer changed = asAdmin("PUT", "/berth/v1/users/alice/password", "{}");

    assertThat(changed.json().get("password").asText()).hasSizeGreaterThan(20);
    assertThat(whoami(first)).isEqualTo(401);
    String second = token("alice", "acme");
    assertThat(whoami(second)).isEqualTo(200);
    assertThat(asAdmin("DELETE", "/berth/v1/users/alice", "").status()).isEqualTo(204);
    assertThat(whoami(second)).isEqualTo(401);
    assertThat(asAdmin("DELETE", "/berth/v1/users/alice", "").status()).isEqualTo(404);
  }

  @Test
  void tokens_are_listed_without_themselves_and_revoked_by_their_id() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    String secret = token("alice", "acme");
    assertThat(whoami(secret)).isEqualTo(200);
    JsonNode listed = asAdmin("GET", "/berth/v1/tokens", "").json().get("tokens");
    assertThat(listed).hasSize(3);
    assertThat(listed.toString()).doesNotContain(secret);
    String id = "";
    for (JsonNode each : listed) {
      if (each.get("user").asText().equals("alice")) {
        id = each.get("id").asText();
      }
    }

    assertThat(asAdmin("DELETE", "/berth/v1/tokens/" + id.substring(0, 4), "").status())
        .isEqualTo(404);
    assertThat(asAdmin("DELETE", "/berth/v1/tokens/" + id.substring(0, 12), "").status())
        .isEqualTo(200);

    assertThat(whoami(secret)).isEqualTo(401);
    assertThat(asAdmin("DELETE", "/berth/v1/tokens/" + id, "").status()).isEqualTo(404);
  }

  @Test
  void a_tenant_that_has_something_stays_and_says_what() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    objects.owned.add(new TenantObjects.Owned("container", "web", "h1"));
    objects.owned.add(new TenantObjects.Owned("container", "db", "h2"));
    objects.owned.add(new TenantObjects.Owned("volume", "data", "h2"));
    String secret = token("alice", "acme");

    Answer refused = asAdmin("DELETE", "/berth/v1/tenants/acme", "");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().get("message").asText())
        .isEqualTo(
            "the tenant acme still has 2 containers, 1 volume: remove them, or remove the tenant"
                + " with force");
    assertThat(whoami(secret)).isEqualTo(200);
    assertThat(objects.owned).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "force=true&dry-run=true | unknown parameter \"dry-run\"; this call has force",
        "dry-run=true&force=true | unknown parameter \"dry-run\"",
        "force=true&force=false | \"force\" is given twice",
        "force=true&%66orce=true | \"force\" is given twice",
        "force | \"force\" has no value: write force=true",
        "force=yes | \"force\" must be true or false",
        "force=TRUE | \"force\" must be true or false",
        "force= | \"force\" must be true or false",
      })
  void a_removal_with_a_parameter_that_is_not_understood_removes_nothing(String query, String why) {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    objects.owned.add(new TenantObjects.Owned("container", "web", "h1"));

    for (String path : new String[] {"/berth/v1/tenants/acme?", "/berth/v1/hosts/h1?"}) {
      Answer refused = asAdmin("DELETE", path + query, "");

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.json().get("message").asText()).contains(why);
    }

    assertThat(objects.owned).hasSize(1);
    assertThat(asAdmin("GET", "/berth/v1/tenants/acme", "").status()).isEqualTo(200);
    assertThat(asAdmin("DELETE", "/berth/v1/tenants/acme?force=false", "").status()).isEqualTo(409);
    assertThat(asAdmin("DELETE", "/berth/v1/tenants/acme?&force=1&", "").status()).isEqualTo(200);
  }

  @Test
  void a_call_without_parameters_takes_none_and_who_may_not_call_is_told_that_first() {
    Answer refused = asAdmin("DELETE", "/berth/v1/users/mia?dry-run=1", "");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().get("message").asText())
        .isEqualTo("unknown parameter \"dry-run\"; this call has none");
    assertThat(asMember("DELETE", "/berth/v1/users/mia?dry-run=1", "").status()).isEqualTo(403);
    assertThat(call("DELETE", "/berth/v1/users/mia?dry-run=1", "").status()).isEqualTo(401);
    assertThat(asAdmin("GET", "/v3/auth/projects?marker=1", "").status()).isEqualTo(200);
  }

  @Test
  void a_tenant_goes_with_all_that_it_has_when_forced_and_its_tokens_with_it() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    asAdmin("POST", "/berth/v1/users", "{'name':'alice','tenant':'acme'}");
    asAdmin("POST", "/berth/v1/users", "{'name':'bob','tenant':'acme'}");
    asAdmin("PUT", "/berth/v1/users/bob/roles/ops", "{'role':'reader'}");
    objects.owned.add(new TenantObjects.Owned("container", "web", "h1"));
    String secret = token("alice", "acme");
    assertThat(whoami(secret)).isEqualTo(200);

    Answer removed = asAdmin("DELETE", "/berth/v1/tenants/acme?force=true", "");

    assertThat(removed.status()).isEqualTo(200);
    assertThat(removed.json().at("/removed/0/name").asText()).isEqualTo("web");
    assertThat(removed.json().at("/users")).hasSize(1);
    assertThat(whoami(secret)).isEqualTo(401);
    assertThat(asAdmin("GET", "/berth/v1/tenants/acme", "").status()).isEqualTo(404);
    assertThat(identities.user("alice")).isEmpty();
    assertThat(identities.user("bob").orElseThrow().roles()).hasSize(1);
    assertThat(asAdmin("DELETE", "/berth/v1/tenants/acme?force=true", "").status()).isEqualTo(404);
  }

  @Test
  void a_removal_that_cannot_be_whole_shuts_the_door_and_can_be_made_again() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    objects.owned.add(new TenantObjects.Owned("container", "web", "h1"));
    objects.owned.add(new TenantObjects.Owned("container", "db", "h2"));
    objects.stuck.add("db");
    String secret = token("alice", "acme");

    Answer partly = asAdmin("DELETE", "/berth/v1/tenants/acme?force=1", "");

    assertThat(partly.status()).isEqualTo(409);
    assertThat(partly.json().get("message").asText())
        .contains("1 of its objects are removed, but not the container db")
        .contains("its host is away");
    assertThat(whoami(secret)).isEqualTo(401);
    assertThat(asAdmin("GET", "/berth/v1/tenants/acme", "").status()).isEqualTo(200);
    objects.stuck.clear();
    assertThat(asAdmin("DELETE", "/berth/v1/tenants/acme?force=1", "").status()).isEqualTo(200);
  }

  @Test
  void the_default_tenant_stays() {
    assertThat(asAdmin("DELETE", "/berth/v1/tenants/default?force=1", "").status()).isEqualTo(409);
  }

  @Test
  void a_policy_is_made_given_to_a_tenant_and_stays_while_one_is_under_it() {
    asAdmin("POST", "/berth/v1/tenants", "{'id':'acme'}");
    Answer made =
        asAdmin(
            "PUT",
            "/berth/v1/policies/trusted",
            "{'allow':{'ContainerCreate:HostConfig.CapAdd':['SYS_PTRACE']},"
                + "'denyActions':['ContainerExec'],'limits':{'pids':100}}");
    assertThat(made.status()).isEqualTo(200);
    assertThat(made.json().at("/limits/pids").asInt()).isEqualTo(100);

    assertThat(asAdmin("PUT", "/berth/v1/tenants/acme", "{'policy':'trusted'}").status())
        .isEqualTo(200);

    assertThat(asAdmin("GET", "/berth/v1/tenants/acme", "").json().get("policy").asText())
        .isEqualTo("trusted");
    assertThat(policies.of(new TenantId("acme")).deniedActions()).containsExactly("ContainerExec");
    assertThat(policies.of(new TenantId("acme")).limits().pids()).isEqualTo(100);
    Answer inUse = asAdmin("DELETE", "/berth/v1/policies/trusted", "");
    assertThat(inUse.status()).isEqualTo(409);
    assertThat(inUse.json().get("message").asText()).contains("acme");
    asAdmin("PUT", "/berth/v1/tenants/acme", "{'policy':'default'}");
    assertThat(asAdmin("DELETE", "/berth/v1/policies/trusted", "").status()).isEqualTo(204);
    assertThat(asAdmin("GET", "/berth/v1/policies/trusted", "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'allow':{'HostConfig.Nonsense':[]}} | the field HostConfig.Nonsense cannot be opened",
        "{'allow':{'ContainerCreate:Labels':[]}} | cannot be opened",
        "{'allow':{'ContainerCreate:HostConfig.Binds':[]}} | name the paths of the host",
        "{'allow':{'ContainerCreate:HostConfig.Binds':['srv']}} | name the paths of the host",
        "{'denyActions':['Nonsense']} | there is no call Nonsense",
        "{'limits':{'nonsense':1}} | there is no limit nonsense",
        "{'limits':{'pids':'x'}} | the limit pids must be a number",
        "{'allow':{'ContainerCreate:HostConfig.CapAdd':'SYS_PTRACE'}} | must be a list of strings",
        "{'allow':{'ContainerCreate:HostConfig.CapAdd':1}} | must be a list of strings",
        "{'allow':{'ContainerCreate:HostConfig.CapAdd':{'a':'b'}}} | must be a list of strings",
        "{'allow':{'ContainerCreate:HostConfig.CapAdd':null}} | must be a list of strings",
        "{'allow':['ContainerCreate:HostConfig.CapAdd']} | \"allow\" must be an object",
        "{'allow':null} | \"allow\" must be an object",
        "{'denyActions':'ContainerExec'} | \"denyActions\" must be a list of strings",
        "{'denyActions':{'ContainerExec':'ContainerExec'}} | must be a list of strings",
        "{'denyActions':[['ContainerExec']]} | \"denyActions\" must be a list of strings",
        "{'limits':[['pids',100]]} | \"limits\" must be an object",
        "{'limits':{'pids':{}}} | the limit pids must be a number",
        "{'nonsense':1} | unknown field"
      })
  void a_policy_that_names_what_there_is_not_is_refused(String body, String why) {
    Answer refused = asAdmin("PUT", "/berth/v1/policies/odd", body);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().get("message").asText()).contains(why);
    assertThat(policies.find("odd")).isEmpty();
  }

  private String token(String user, String tenant) {
    return asAdmin(
            "POST", "/berth/v1/tokens", "{'tenant':'%s','user':'%s'}".formatted(tenant, user))
        .json()
        .get("token")
        .asText();
  }

  private int whoami(String token) {
    return call("GET", "/berth/v1/whoami", "", "X-Auth-Token", token).status();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, '', {'state':'cordoned'}",
    "POST, /revoke, {}",
    "DELETE, '', ''",
    "DELETE, ?force=true, ''"
  })
  void the_beginning_of_an_id_shows_a_host_and_changes_none(
      String method, String rest, String body) {
    assertThat(asAdmin("GET", "/berth/v1/hosts/h10-", "").json().get("name").asText())
        .isEqualTo("h10");

    Answer refused = asAdmin(method, "/berth/v1/hosts/h10-" + rest, body);

    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.json().get("message").asText())
        .isEqualTo("there is no host h10-: see 'berth host ls', and give its name or its whole id");
  }

  @Test
  void a_change_of_a_host_is_in_the_audit_log_with_its_name_and_id() throws IOException {
    asAdmin("PUT", "/berth/v1/hosts/h10", "{'state':'cordoned'}");

    JsonNode line = audited("HostUpdate");

    assertThat(line.path("object").asText()).isEqualTo("h10");
    assertThat(line.path("id").asText()).isEqualTo("h10-0123456789ab");
    assertThat(line.path("host").asText()).isEqualTo("h10");
  }

  private JsonNode audited(String action) throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve("trail/audit/audit.jsonl"));
    return JSON.readTree(
        lines.stream().filter(line -> line.contains(action)).findFirst().orElseThrow());
  }

  @Test
  void an_operator_sees_the_fleet() {
    assertThat(asAdmin("GET", "/berth/v1/status", "").json().get("hostsUp").asInt()).isEqualTo(1);
    assertThat(asAdmin("GET", "/berth/v1/hosts", "").json().at("/hosts/0/id").asText())
        .isEqualTo("h1");
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/berth/v1/tenants",
    "GET,/berth/v1/tenants",
    "GET,/berth/v1/tenants/ops",
    "POST,/berth/v1/users",
    "GET,/berth/v1/users",
    "PUT,/berth/v1/users/root/roles/ops",
    "PUT,/berth/v1/tenants/ops",
    "DELETE,/berth/v1/tenants/ops",
    "DELETE,/berth/v1/users/root/roles/ops",
    "PUT,/berth/v1/users/root/password",
    "DELETE,/berth/v1/users/root",
    "GET,/berth/v1/tokens",
    "DELETE,/berth/v1/tokens/0123456789",
    "GET,/berth/v1/policies",
    "GET,/berth/v1/policies/default",
    "PUT,/berth/v1/policies/default",
    "DELETE,/berth/v1/policies/default",
    "POST,/berth/v1/tokens",
    "GET,/berth/v1/status",
    "GET,/berth/v1/hosts",
    "GET,/berth/v1/hosts/h1",
    "PUT,/berth/v1/hosts/h1",
    "GET,/berth/v1/hosts/h1/drain"
  })
  void what_is_an_operators_is_closed_to_members_and_strangers(String method, String path) {
    String body = method.equals("GET") ? "" : "{}";

    assertThat(asMember(method, path, body).status()).isEqualTo(403);
    assertThat(call(method, path, body).status()).isEqualTo(401);
    assertThat(call(method, path, body).json().get("message").asText()).contains("berth login");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "400|/berth/v1/tenants|{'id':'Not A Tenant'}",
        "400|/berth/v1/tenants|{'id':'acme','quota':1}",
        "400|/berth/v1/tenants|{'id':'acme','id':'beta'}",
        "400|/berth/v1/tenants|[]",
        "400|/berth/v1/users|{'name':'x','tenant':'ops','role':'king'}",
        "400|/berth/v1/users|{'tenant':'ops'}",
        "404|/berth/v1/users|{'name':'x','tenant':'none'}",
        "400|/berth/v1/tokens|{'tenant':'ops','lifetime':'soon'}",
        "400|/berth/v1/tokens|{'tenant':'ops','lifetime':'999999999d'}",
        "409|/berth/v1/tenants|{'id':'ops'}",
        "404|/berth/v1/nothing|{}",
      })
  void a_bad_request_is_answered_with_a_sentence(int status, String path, String body) {
    Answer answer = asAdmin("POST", path, body);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().get("message").asText()).isNotBlank();
  }

  @Test
  void a_body_is_bounded() {
    assertThat(asAdmin("POST", "/berth/v1/tenants", "{'id':'" + "a".repeat(70_000) + "'}").status())
        .isEqualTo(413);
  }

  @Test
  void another_method_is_405_and_another_path_is_not_ours() {
    assertThat(asAdmin("DELETE", "/berth/v1/tenants", "").status()).isEqualTo(405);
    assertThat(asAdmin("GET", "/containers/json", "").status()).isEqualTo(418);
    assertThat(asAdmin("GET", "/v31/auth", "").status()).isEqualTo(418);
    assertThat(asAdmin("GET", "/berth", "").status()).isEqualTo(418);
  }

  private Answer keystoneLogin(String user, String password, String scope) {
    return call(
        "POST",
        "/v3/auth/tokens",
        """
        {'auth':{'identity':{'methods':['password'],'password':{'user':
          {'name':'%s','domain':{'name':'Default'},'password':'%s'}}}%s}}
        """
            .formatted(user, password, scope));
  }

  @Test
  void a_tool_gets_its_token_as_from_keystone() {
    identities.createUser("alice", Optional.of("password1"), new TenantId("ops"), Role.MEMBER);

    Answer login =
        keystoneLogin(
            "alice", "password1", ",'scope':{'project':{'name':'ops','domain':{'id':'default'}}}");

    assertThat(login.status()).isEqualTo(201);
    String token = login.response().headers().firstValue("X-Subject-Token").orElseThrow();
    assertThat(login.json().at("/token/project/id").asText()).isEqualTo("ops");
    assertThat(login.json().at("/token/user/name").asText()).isEqualTo("alice");
    assertThat(login.json().at("/token/roles/0/name").asText()).isEqualTo("member");
    assertThat(login.json().at("/token/expires_at").asText())
        .isEqualTo("2026-01-02T00:00:00.000000Z");

    Answer shown =
        call(
            "GET",
            "/v3/auth/tokens?nocatalog",
            "",
            "X-Auth-Token",
            token,
            "X-Subject-Token",
            token);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.json()).isEqualTo(login.json());
    Answer projects = call("GET", "/v3/auth/projects", "", "X-Auth-Token", token);
    assertThat(projects.json().at("/projects/0/name").asText()).isEqualTo("ops");

    assertThat(
            call("HEAD", "/v3/auth/tokens", "", "X-Auth-Token", token, "X-Subject-Token", token)
                .status())
        .isEqualTo(200);
    assertThat(
            call("DELETE", "/v3/auth/tokens", "", "X-Auth-Token", token, "X-Subject-Token", token)
                .status())
        .isEqualTo(204);
    assertThat(call("GET", "/berth/v1/whoami", "", "X-Auth-Token", token).status()).isEqualTo(401);
  }

  @Test
  void a_wrong_password_is_answered_in_keystones_form() {
    Answer answer = keystoneLogin("alice", "wrong", "");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(401);
    assertThat(answer.json().at("/error/title").asText()).isEqualTo("Unauthorized");
    assertThat(answer.json().at("/error/message").asText()).isNotBlank();
  }

  private Answer exchange(String token, String scope) {
    return call(
        "POST",
        "/v3/auth/tokens",
        "{'auth':{'identity':{'methods':['token'],'token':{'id':'%s'}}%s}}"
            .formatted(token, scope));
  }

  private static String secret(Answer answer) {
    return answer.response().headers().firstValue("X-Subject-Token").orElseThrow();
  }

  private void alice() {
    identities.createTenant(new TenantId("beta"));
    identities.createUser("alice", Optional.of("password1"), new TenantId("ops"), Role.MEMBER);
    identities.grant("alice", new TenantId("beta"), Role.READER);
  }

  private static final String IN_OPS = ",'scope':{'project':{'name':'ops'}}";
  private static final String IN_BETA = ",'scope':{'project':{'id':'beta'}}";

  @Test
  void a_token_is_exchanged_for_one_in_another_tenant_that_ends_with_it() {
    alice();
    String first = secret(keystoneLogin("alice", "password1", IN_OPS));
    clock.advance(Duration.ofHours(23));

    Answer exchanged = exchange(first, IN_BETA);

    assertThat(exchanged.status()).isEqualTo(201);
    assertThat(exchanged.json().at("/token/project/name").asText()).isEqualTo("beta");
    assertThat(exchanged.json().at("/token/roles/0/name").asText()).isEqualTo("reader");
    assertThat(exchanged.json().at("/token/methods/0").asText()).isEqualTo("token");
    assertThat(exchanged.json().at("/token/expires_at").asText())
        .isEqualTo("2026-01-02T00:00:00.000000Z");
    assertThat(
            call("GET", "/berth/v1/whoami", "", "X-Auth-Token", secret(exchanged))
                .json()
                .path("tenant")
                .asText())
        .isEqualTo("beta");
  }

  @Test
  void a_token_that_is_not_good_or_not_its_users_own_is_not_exchanged() {
    alice();
    identities.createTenant(new TenantId("gamma"));
    String good = secret(keystoneLogin("alice", "password1", IN_OPS));
    String given =
        identities.issueToken("alice", new TenantId("ops"), Role.READER, Optional.empty()).secret();

    assertThat(exchange("x".repeat(43), IN_BETA).status()).isEqualTo(401);
    assertThat(exchange(good, ",'scope':{'project':{'id':'gamma'}}").status()).isEqualTo(401);
    assertThat(exchange(good, ",'scope':{'project':{'id':'nowhere'}}").status()).isEqualTo(401);
    assertThat(exchange(given, IN_BETA).status()).isEqualTo(403);
    assertThat(exchange(member, IN_OPS).status()).isEqualTo(403);
  }

  @Test
  void a_user_of_keystone_is_not_the_one_of_that_name_in_the_own_store() throws Exception {
    alice();
    String own = secret(keystoneLogin("alice", "password1", IN_OPS));
    String csr = Credentials.request().csr().replace("\n", "\\n");

    Answer projects = call("GET", "/v3/auth/projects", "", "X-Auth-Token", KEYSTONE_ALICE);
    assertThat(projects.json().path("projects").findValuesAsText("id"))
        .containsExactly(PROJECT.value());
    Answer tenants = call("GET", "/v2.0/tenants", "", "X-Auth-Token", KEYSTONE_ALICE);
    assertThat(tenants.json().path("tenants").findValuesAsText("id"))
        .containsExactly(PROJECT.value());
    Answer certificate =
        call(
            "POST",
            "/berth/v1/certificate",
            "{'csr':'%s'}".formatted(csr),
            "X-Auth-Token",
            KEYSTONE_ALICE);
    assertThat(certificate.status()).isEqualTo(403);
    assertThat(certificate.json().path("message").asText())
        .startsWith("alice is no user of Berth's own store");
    for (String method : new String[] {"GET", "DELETE"}) {
      assertThat(
              call(
                      method,
                      "/v3/auth/tokens",
                      "",
                      "X-Auth-Token",
                      KEYSTONE_ALICE,
                      "X-Subject-Token",
                      own)
                  .status())
          .isEqualTo(404);
    }
    assertThat(
            call("GET", "/berth/v1/whoami", "", "X-Auth-Token", KEYSTONE_ALICE)
                .json()
                .path("source")
                .asText())
        .isEqualTo("keystone");
  }

  @Test
  void a_route_that_is_switched_off_says_so_and_the_others_of_its_part_stay() {
    SwitchedOff routes =
        new SwitchedOff(
            new OldKeystoneRoutes(identities), Set.of("Login"), "the store is switched off");

    assertThat(routes.routes()).hasSize(3);
    OpsRoute login =
        routes.routes().stream().filter(r -> r.action().equals("Login")).findFirst().orElseThrow();
    assertThatThrownBy(() -> login.handler().handle(null))
        .isInstanceOf(OpsException.class)
        .hasMessage("the store is switched off")
        .satisfies(e -> assertThat(((OpsException) e).status()).isEqualTo(404));
  }

  @Test
  void an_operator_who_revokes_a_token_ends_what_it_was_exchanged_for() {
    alice();
    String first = secret(keystoneLogin("alice", "password1", IN_OPS));
    String second = secret(exchange(secret(exchange(first, IN_OPS)), IN_BETA));
    assertThat(call("GET", "/berth/v1/whoami", "", "X-Auth-Token", second).status()).isEqualTo(200);

    asAdmin("DELETE", "/berth/v1/tokens/" + Secrets.hash(first), "");

    for (String token : new String[] {first, second}) {
      assertThat(call("GET", "/berth/v1/whoami", "", "X-Auth-Token", token).status())
          .isEqualTo(401);
    }
  }

  @Test
  void an_operator_who_revokes_a_token_ends_the_certificates_that_were_made_with_it()
      throws Exception {
    alice();
    String first = secret(keystoneLogin("alice", "password1", IN_OPS));
    String second = secret(exchange(first, IN_OPS));
    for (String shown : new String[] {first, second}) {
      assertThat(
              call(
                      "POST",
                      "/berth/v1/certificate",
                      asking(Credentials.request()),
                      "X-Auth-Token",
                      shown)
                  .status())
          .isEqualTo(201);
    }
    assertThat(tokensOf("alice")).hasSize(4);

    asAdmin("DELETE", "/berth/v1/tokens/" + Secrets.hash(first), "");

    assertThat(tokensOf("alice")).isEmpty();
  }

  @Test
  void a_certificate_that_renewed_another_ends_with_the_login_that_the_first_was_made_with()
      throws Exception {
    alice();
    String login = secret(keystoneLogin("alice", "password1", IN_OPS));
    Credentials.Request first = Credentials.request();
    Answer made = call("POST", "/berth/v1/certificate", asking(first), "X-Auth-Token", login);
    Authority cluster = Authority.open(directory.resolve("cluster"), "test cluster");
    Credentials own =
        first.signed(made.json().get("certificate").asText(), cluster.certificatePem());
    OwnCredentials manager =
        OwnCredentials.of(
            directory.resolve("manager"),
            cluster.issueHere(
                new Peer(PeerRole.MANAGER, "m1"), List.of("localhost"), Duration.ofHours(1)));
    byte[] body = asking(Credentials.request()).replace('\'', '"').getBytes(UTF_8);
    try (HttpServer door =
            HttpServer.start(
                TlsContexts.listenForClients(
                    TlsContexts.server(manager, List.of(users.certificate())),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    TlsContexts.ClientCertificate.OPTIONAL),
                HttpServer.Limits.DEFAULT,
                this::answer);
        HttpCall call =
            new HttpCall(
                new TcpConnection(
                    TlsContexts.connect(
                        TlsContexts.mutual(own),
                        new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), door.address().getPort()),
                        5_000)))) {
      call.send(
          new RequestHead(
              "POST",
              "/berth/v1/certificate",
              Headers.of("Host", "x", "Content-Length", String.valueOf(body.length))),
          body);
      assertThat(call.receive().status()).isEqualTo(201);
    }
    assertThat(tokensOf("alice")).hasSize(3);

    asAdmin("DELETE", "/berth/v1/tokens/" + Secrets.hash(login), "");

    assertThat(tokensOf("alice")).isEmpty();
  }

  private static String asking(Credentials.Request request) {
    return "{'csr':'%s'}".formatted(request.csr().replace("\n", "\\n"));
  }

  private List<JsonNode> tokensOf(String user) {
    List<JsonNode> tokens = new ArrayList<>();
    asAdmin("GET", "/berth/v1/tokens", "").json().get("tokens").forEach(tokens::add);
    return tokens.stream().filter(token -> token.get("user").asText().equals(user)).toList();
  }

  @Test
  void a_tool_of_the_old_api_logs_in_asks_for_the_tenants_and_takes_one() {
    alice();

    Answer login =
        call(
            "POST",
            "/v2.0/tokens",
            "{'auth':{'passwordCredentials':{'username':'alice','password':'password1'}}}");
    assertThat(login.status()).isEqualTo(200);
    assertThat(login.json().at("/access/user/name").asText()).isEqualTo("alice");
    String first = login.json().at("/access/token/id").asText();
    Answer tenants = call("GET", "/v2.0/tenants", "", "X-Auth-Token", first);
    assertThat(tenants.json().path("tenants").findValuesAsText("name"))
        .containsExactly("beta", "ops");
    for (String named : new String[] {"'tenantName':'ops'", "'tenantId':'ops'"}) {
      Answer exchanged =
          call("POST", "/v2.0/tokens", "{'auth':{'token':{'id':'%s'},%s}}".formatted(first, named));
      assertThat(exchanged.status()).isEqualTo(200);
      assertThat(exchanged.json().at("/access/token/tenant/id").asText()).isEqualTo("ops");
      assertThat(exchanged.json().at("/access/user/roles/0/name").asText()).isEqualTo("member");
      assertThat(exchanged.json().at("/access/token/expires").asText())
          .isEqualTo("2026-01-02T00:00:00Z");
    }
  }

  @Test
  void the_old_api_refuses_in_keystones_words() {
    alice();
    String wrong =
        "{'auth':{'tenantName':'%s','passwordCredentials':{'username':'alice','password':'%s'}}}";
    for (String body :
        List.of(
            wrong.formatted("ops", "password2"),
            wrong.formatted("nowhere", "password1"),
            "{'auth':{'token':{'id':'abc'}}}")) {
      Answer answer = call("POST", "/v2.0/tokens", body);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().at("/error/title").asText()).isEqualTo("Unauthorized");
      assertThat(answer.json().at("/error/message").asText())
          .isEqualTo("The request you have made requires authentication.");
    }
    for (String body : List.of("{}", "{'auth':{}}", "{'auth':{'passwordCredentials':{}}}")) {
      Answer answer = call("POST", "/v2.0/tokens", body);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().at("/error/message").asText()).startsWith("Expecting to find ");
    }
    assertThat(call("GET", "/v2.0/tenants", "").status()).isEqualTo(401);
    // Any other path of that kind is for the Engine API, of which 2.0 could be a version.
    assertThat(call("GET", "/v2.0/users", "", "X-Auth-Token", admin).status()).isEqualTo(418);
    assertThat(call("GET", "/v2.0", "").json().at("/version/id").asText()).isEqualTo("v2.0");
  }

  @Test
  void logins_of_the_old_api_are_counted_with_those_of_the_new_one() {
    alice();
    int last = 0;
    for (int i = 0; i < 11; i++) {
      last =
          call(
                  "POST",
                  "/v2.0/tokens",
                  "{'auth':{'passwordCredentials':{'username':'alice','password':'guess'}}}")
              .status();
    }
    assertThat(last).isEqualTo(429);
    assertThat(keystoneLogin("alice", "password1", IN_OPS).status()).isEqualTo(429);
  }

  @Test
  void a_login_body_of_another_shape_is_400() {
    assertThat(call("POST", "/v3/auth/tokens", "{}").status()).isEqualTo(400);
    assertThat(
            call("POST", "/v3/auth/tokens", "{'auth':{'identity':{'methods':['token']}}}").status())
        .isEqualTo(400);
  }

  @Test
  void a_users_token_is_not_anothers_to_look_at_or_give_back() {
    for (String method : new String[] {"GET", "DELETE"}) {
      assertThat(
              call(method, "/v3/auth/tokens", "", "X-Auth-Token", member, "X-Subject-Token", admin)
                  .status())
          .isEqualTo(404);
    }
    assertThat(
            call("GET", "/v3/auth/tokens", "", "X-Auth-Token", admin, "X-Subject-Token", member)
                .json()
                .at("/token/user/id")
                .asText())
        .isEqualTo("mia");
  }

  @Test
  void a_host_joins_with_a_token_that_an_operator_made() throws Exception {
    Answer token = asAdmin("POST", "/berth/v1/join-tokens", "{'role':'agent','lifetime':60}");
    assertThat(token.status()).isEqualTo(201);
    String body =
        JSON.writeValueAsString(
            Map.of(
                "token",
                token.json().get("token").asText(),
                "csr",
                Credentials.request().csr(),
                "name",
                "h1",
                "role",
                "agent"));

    Answer joined = call("POST", "/join", body);

    assertThat(joined.status()).isEqualTo(200);
    assertThat(joined.json().get("hostId").asText()).startsWith("h1-");
    assertThat(joined.json().get("certificate").asText()).contains("BEGIN CERTIFICATE");
    assertThat(joined.json().get("ca").asText()).contains("BEGIN CERTIFICATE");
    assertThat(joined.json().get("zookeeper").asText()).isEqualTo("zk:2181");
    assertThat(call("POST", "/join", body).status()).isEqualTo(401);
    assertThat(asMember("POST", "/berth/v1/join-tokens", "{}").status()).isEqualTo(403);
  }

  @Test
  void the_version_is_open_to_all() {
    assertThat(call("GET", "/v3", "").json().at("/version/status").asText()).isEqualTo("stable");
    assertThat(call("GET", "/v3/", "").status()).isEqualTo(200);
  }
}
