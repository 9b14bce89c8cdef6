package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.LabHost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which hosts operators let a tenant use, on two hosts that are the zones a and b. */
final class HostRulesIT {
  private static final Fleet FLEET = Fleet.start(2);

  private final Docker docker = FLEET.tenant("acme");
  private final List<String> hosts = FLEET.hosts().stream().map(LabHost::name).toList();

  @AfterAll
  static void down() {
    FLEET.close();
  }

  @AfterEach
  void removeAll() {
    FLEET.berth("tenant", "update", "acme", "--constraint", "").ok();
    hosts.forEach(host -> FLEET.berth("host", "uncordon", host).ok());
    List<String> left = docker.run("ps", "-aq").ok().lines();
    if (!left.isEmpty()) {
      docker.remove(left.toArray(String[]::new));
    }
    docker.run("volume", "prune", "-f").ok();
    docker.run("network", "prune", "-f").ok();
  }

  private String create(String name, String... more) {
    List<String> words =
        new ArrayList<>(List.of("create", "--name", name, "--stop-signal", "KILL"));
    words.addAll(List.of(more));
    words.addAll(List.of("busybox", "true"));
    docker.ok(words.toArray(String[]::new));
    return hostOf(name);
  }

  private String hostOf(String container) {
    return docker.ok("inspect", "-f", "{{.Node.Name}}", container);
  }

  /** The host whose engine has a volume or network of the tenant's. */
  private String hostOf(String kind, String name) {
    for (int host = 0; host < hosts.size(); host++) {
      if (FLEET.engine(host).run(kind, "inspect", "acme." + name).exit() == 0) {
        return hosts.get(host);
      }
    }
    throw new AssertionError("no engine has " + name);
  }

  private static Outcome keep(String... constraints) {
    List<String> words = new ArrayList<>(List.of("tenant", "update", "acme"));
    for (String constraint : constraints) {
      words.addAll(List.of("--constraint", constraint));
    }
    return FLEET.berth(words.toArray(String[]::new));
  }

  @Test
  void a_tenant_is_kept_to_the_hosts_of_its_rules_with_all_that_it_makes_from_then_on() {
    assertThat(keep("zone!=a").ok().out()).contains("hosts: zone!=a");
    assertThat(FLEET.berth("tenant", "inspect", "acme").ok().out()).contains("zone!=a");
    Docker others = FLEET.tenant("others");
    for (int i = 0; i < 3; i++) {
      assertThat(create("kept-" + i)).isEqualTo(hosts.get(1));
      docker.ok("volume", "create", "kept-" + i);
      assertThat(hostOf("volume", "kept-" + i)).isEqualTo(hosts.get(1));
      docker.ok("network", "create", "kept-" + i);
      assertThat(hostOf("network", "kept-" + i)).isEqualTo(hosts.get(1));
    }
    for (String zone : List.of("a", "b")) {
      others.ok("create", "--name", "in-" + zone, "-e", "constraint:zone==" + zone, "busybox");
    }
    others.remove("in-a", "in-b");

    keep("zone!=a", "node!=" + hosts.get(1)).ok();

    assertThat(docker.run("create", "busybox").exits(1).err())
        .contains("[open to this tenant]", "tenant removed 2")
        .doesNotContain(hosts.get(0), hosts.get(1), "zone");
    assertThat(docker.run("volume", "create", "nowhere").exits(1).err())
        .contains("no host that answers is open to this tenant");
    assertThat(docker.run("network", "create", "nowhere").exits(1).err())
        .contains("no host that answers is open to this tenant");
    assertThat(FLEET.berth("explain", "--tenant", "acme", "--", "docker", "run", "busybox").out())
        .contains("tenant acme is kept to hosts with node!=" + hosts.get(1));
    assertThat(docker.ok("inspect", "-f", "{{.Name}}", "kept-0")).isEqualTo("/kept-0");

    keep("").ok();
    assertThat(create("again", "-e", "constraint:zone==a")).isEqualTo(hosts.get(0));
  }

  @Test
  void only_operators_set_rules_and_one_that_cannot_be_read_is_refused() {
    assertThat(keep("zone=a").exits(1).err())
        .contains("constraint \"zone=a\" is invalid: one of the operators == and != is expected");
    assertThat(keep("zone!=~a").exits(1).err()).contains("leave out the ~");
    Api api = Api.as(docker);
    String own = "/berth/v1/tenants/acme";
    assertThat(api.send("PUT", own, "{\"constraints\":[]}").status()).isEqualTo(403);
    assertThat(api.send("GET", own, "").status()).isEqualTo(403);
  }

  @Test
  void neither_a_drain_nor_a_rebalance_takes_anything_to_a_host_that_the_rules_exclude() {
    FLEET.berth("host", "cordon", hosts.get(1)).ok();
    for (int i = 0; i < 4; i++) {
      create("there-" + i, "-m", "256m");
    }
    docker.ok("volume", "create", "idle");
    FLEET.berth("host", "uncordon", hosts.get(1)).ok();
    assertThat(FLEET.berth("rebalance", "--dry-run").ok().out()).contains("acme", "there-");
    keep("zone!=b").ok();

    assertThat(FLEET.berth("rebalance", "--dry-run").ok().out())
        .contains("Nothing is to be gained");
    assertThat(FLEET.berth("host", "drain", hosts.get(0), "--timeout", "10s").out())
        .contains("no other host can have it", "open to this tenant");
    assertThat(hostOf("there-0")).isEqualTo(hosts.get(0));
    assertThat(hostOf("volume", "idle")).isEqualTo(hosts.get(0));

    keep("").ok();
    FLEET.berth("host", "drain", hosts.get(0), "--timeout", "3m").ok();
    assertThat(hostOf("there-0")).isEqualTo(hosts.get(1));
    Eventually.get(() -> hostOf("volume", "idle"), hosts.get(1)::equals);
  }

  @Test
  void what_goes_with_a_volume_does_not_follow_it_to_a_host_that_is_kept_for_others() {
    String project = "com.docker.compose.project=shop";
    FLEET.berth("host", "cordon", hosts.get(1)).ok();
    docker.ok("volume", "create", "--label", project, "first");
    FLEET.berth("host", "uncordon", hosts.get(1)).ok();
    docker.ok("volume", "create", "--label", project, "second");
    assertThat(hostOf("volume", "second")).isEqualTo(hosts.get(0));
    FLEET.berth("host", "label", hosts.get(0), "berth.tenants=lodgers").ok();
    try {
      docker.ok("volume", "create", "--label", project, "third");
      docker.ok("network", "create", "--label", project, "net");

      assertThat(hostOf("volume", "third")).isEqualTo(hosts.get(1));
      assertThat(create("uses", "-v", "third:/data", "--network", "net")).isEqualTo(hosts.get(1));
    } finally {
      FLEET.berth("host", "label", hosts.get(0), "berth.tenants-").ok();
    }
  }
}
