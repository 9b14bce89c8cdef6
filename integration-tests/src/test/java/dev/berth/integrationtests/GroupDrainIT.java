package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.LabHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Containers that share networks or volumes leave a host together. */
final class GroupDrainIT {
  private final Fleet fleet = Fleet.shared();
  private final Docker docker = fleet.tenant("crew");
  private final List<String> hosts = fleet.hosts().stream().map(LabHost::name).toList();

  @AfterEach
  void allAsItWas() {
    open(hosts);
    List<String> left = docker.run("ps", "-aq").ok().lines();
    if (!left.isEmpty()) {
      docker.remove(left.toArray(String[]::new));
    }
    docker.run("volume", "rm", "-f", "data").ok();
    docker.run("network", "prune", "-f").ok();
  }

  private void open(List<String> some) {
    some.forEach(host -> fleet.berth("host", "uncordon", host).ok());
  }

  private void only(String host) {
    for (String other : hosts) {
      fleet.berth("host", other.equals(host) ? "uncordon" : "cordon", other).ok();
    }
  }

  private String hostOf(String container) {
    return docker.ok("inspect", "-f", "{{.Node.Name}}", container);
  }

  /** Empty while it has no name, at the end of its move. */
  private String hostNow(String container) {
    return docker.run("inspect", "-f", "{{.Node.Name}}", container).text();
  }

  private void run(String name, String... more) {
    List<String> words =
        new ArrayList<>(List.of("run", "-d", "--name", name, "--stop-signal", "KILL"));
    words.addAll(List.of(more));
    docker.ok(words.toArray(String[]::new));
  }

  private String address(String container, String network) {
    return docker.ok(
        "inspect",
        "-f",
        "{{(index .NetworkSettings.Networks \"%s\").IPAddress}}".formatted(network),
        container);
  }

  private List<String> networksOn(String host) {
    return fleet.engine(hosts.indexOf(host)).run("network", "ls", "--format", "{{.Name}}").lines();
  }

  private String drain(String host) {
    return fleet.berth("host", "drain", host, "--timeout", "3m").out();
  }

  @Test
  void what_shares_a_network_and_a_volume_goes_together_and_works_as_before() {
    String host = hosts.get(1);
    only(host);
    docker.ok("network", "create", "--subnet", "172.30.7.0/24", "--label", "of=crew", "app");
    docker.ok("network", "create", "--internal", "back");
    run(
        "db",
        "--network",
        "app",
        "--ip",
        "172.30.7.9",
        "-v",
        "data:/d",
        "busybox",
        "sh",
        "-c",
        "echo kept >> /d/x; sleep 600");
    run("web", "--network", "app", "--network-alias", "www", "busybox", "sleep", "600");
    docker.ok("network", "connect", "--alias", "inner", "back", "web");
    run("reader", "-v", "data:/d", "busybox", "sleep", "600");
    docker.ok("create", "--name", "idle", "--network", "back", "busybox", "sleep", "600");
    open(hosts);
    assertThat(fleet.berth("host", "drain", host, "--dry-run").out())
        .containsPattern("crew +db +yes")
        .containsPattern("crew +web +yes")
        .containsPattern("crew +reader +yes")
        .containsPattern("crew +idle +yes");

    String told = drain(host);

    String now = hostOf("db");
    assertThat(now).describedAs(told).isNotEqualTo(host);
    for (String name : List.of("web", "reader", "idle")) {
      assertThat(hostOf(name)).describedAs(name).isEqualTo(now);
    }
    assertThat(docker.run("ps", "--format", "{{.Names}}").ok().lines())
        .containsExactlyInAnyOrder("db", "web", "reader");
    assertThat(docker.run("rename", "web", "web.moving").exits(1).err())
        .contains("choose another than web.moving");
    assertThat(address("db", "app")).isEqualTo("172.30.7.9");
    assertThat(docker.ok("exec", "web", "ping", "-c", "1", "-w", "5", "db")).contains("172.30.7.9");
    assertThat(docker.ok("exec", "db", "ping", "-c", "1", "-w", "5", "www")).contains("1 packets");
    docker.ok("start", "idle");
    assertThat(docker.ok("exec", "idle", "ping", "-c", "1", "-w", "5", "inner"))
        .contains("1 packets");
    assertThat(docker.ok("exec", "reader", "cat", "/d/x")).isEqualTo("kept\nkept");
    docker.ok("exec", "reader", "sh", "-c", "echo shared > /d/y");
    assertThat(docker.ok("exec", "db", "cat", "/d/y")).isEqualTo("shared");
    assertThat(docker.ok("network", "inspect", "-f", "{{.Labels}} {{.Name}}", "app"))
        .isEqualTo("map[of:crew] app");
    assertThat(docker.ok("network", "inspect", "-f", "{{.Internal}}", "back")).isEqualTo("true");
    assertThat(docker.run("network", "ls", "--format", "{{.Name}}").ok().lines())
        .containsExactlyInAnyOrder("app", "back", "bridge", "none");
    Eventually.get(() -> networksOn(host), names -> !names.contains("crew.app"));
    assertThat(networksOn(host)).doesNotContain("crew.back");
    assertThat(fleet.engine(hosts.indexOf(host)).ok("volume", "ls", "-q"))
        .doesNotContain("crew.data");
    Eventually.get(
        () -> fleet.berth("host", "ls").ok().out(),
        text -> text.matches("(?s).*" + host + " +drained.*"));
    docker.remove("web", "idle");
    docker.ok("network", "rm", "back");
  }

  @Test
  void a_group_of_which_one_has_to_stay_stays_runs_on_and_says_because_of_whom() {
    String host = hosts.get(1);
    only(host);
    docker.ok("network", "create", "app");
    run("pinned", "--network", "app", "--label", "berth.reschedule=off", "busybox", "sleep", "600");
    run("other", "--network", "app", "busybox", "sleep", "600");
    String before = docker.ok("inspect", "-f", "{{.State.StartedAt}}", "other");
    open(hosts);

    String told = fleet.berth("host", "drain", host, "--timeout", "20s").out();

    assertThat(told)
        .contains("its owner wants it to stay")
        .contains("it shares a network or volume with \"pinned\", which stays");
    assertThat(hostOf("other")).isEqualTo(host);
    assertThat(docker.ok("inspect", "-f", "{{.State.StartedAt}}", "other")).isEqualTo(before);
    assertThat(docker.ok("exec", "other", "ping", "-c", "1", "-w", "5", "pinned"))
        .contains("1 packets");
  }

  @Test
  void a_group_goes_only_where_all_of_it_has_room() {
    String host = hosts.get(1);
    only(host);
    docker.ok("network", "create", "app");
    run("first", "--network", "app", "--cpus", "1", "busybox", "sleep", "600");
    run("second", "--network", "app", "--cpus", "1", "busybox", "sleep", "600");
    open(hosts);
    for (String other : hosts) {
      if (!other.equals(host)) {
        String most = Integer.toString(Runtime.getRuntime().availableProcessors() - 1);
        docker.ok("create", "--cpus", most, "-e", "constraint:node==" + other, "busybox");
      }
    }
    assertThat(fleet.berth("host", "drain", host, "--dry-run").out())
        .contains("no other host can have it together with the 1 others");
    assertThat(fleet.berth("host", "drain", host, "--timeout", "15s").out())
        .contains("no other host can have it together with the 1 others");
    assertThat(hostOf("first")).isEqualTo(host);
    assertThat(docker.run("ps", "--format", "{{.Names}}").ok().lines()).contains("first", "second");
  }

  @Test
  void once_the_network_has_gone_the_others_follow_though_the_drain_is_called_off() {
    String host = hosts.get(1);
    only(host);
    docker.ok("network", "create", "app");
    run("first", "--network", "app", "busybox", "sleep", "600");
    run("second", "--network", "app", "busybox", "sh", "-c", "echo x > /x; sleep 600");
    String passing = "crew.second.moving";
    // What an engine has of that name keeps the second from arriving.
    for (int each = 0; each < hosts.size(); each++) {
      fleet.engine(each).ok("create", "--name", passing, "busybox", "true");
    }
    List<List<String>> dangling = new ArrayList<>();
    for (int each = 0; each < hosts.size(); each++) {
      dangling.add(fleet.engine(each).run("images", "-q", "-f", "dangling=true").lines());
    }
    open(hosts);
    fleet.berth("host", "drain", host, "--timeout", "1s");
    String now =
        Eventually.get(
            Duration.ofSeconds(60),
            () -> hostNow("first"),
            name -> !name.isEmpty() && !name.equals(host));
    Eventually.get(
        () -> fleet.berth("host", "drain", host, "--dry-run").out(),
        text -> text.contains("the last try failed: Conflict"));
    open(List.of(host));
    assertThat(hostOf("second")).isEqualTo(host);
    for (String verb : List.of("start", "restart")) {
      assertThat(docker.run(verb, "second").exits(1).err())
          .contains("the container second is on its way to another host");
    }
    assertThat(docker.ok("inspect", "-f", "{{.State.Running}}", "second")).isEqualTo("false");
    // What a try that fails has brought is there for the length of that try.
    Eventually.get(
        () -> fleet.engine(hosts.indexOf(now)).run("images", "-q", "-f", "dangling=true").lines(),
        images -> images.size() == dangling.get(hosts.indexOf(now)).size());
    for (int each = 0; each < hosts.size(); each++) {
      fleet.engine(each).ok("rm", "-f", passing);
    }

    Eventually.get(Duration.ofSeconds(90), () -> hostNow("second"), now::equals);

    Eventually.get(
        () -> docker.run("ps", "--format", "{{.Names}}").ok().lines(),
        names -> names.containsAll(List.of("first", "second")));
    assertThat(docker.ok("exec", "first", "ping", "-c", "1", "-w", "5", "second"))
        .contains("1 packets");
    Eventually.get(() -> networksOn(host), names -> !names.contains("crew.app"));
  }

  @Test
  void once_a_shared_volume_has_gone_the_others_wait_stopped_and_write_nothing_to_what_was_left() {
    String host = hosts.get(1);
    only(host);
    run("first", "-v", "data:/d", "busybox", "sh", "-c", "echo a >> /d/x; sleep 600");
    run("second", "-v", "data:/d", "busybox", "sh", "-c", "echo b >> /d/x; sleep 600");
    // What an engine has of that name keeps the first from getting it when it is there.
    for (int each = 0; each < hosts.size(); each++) {
      if (each != hosts.indexOf(host)) {
        fleet.engine(each).ok("create", "--name", "crew.first", "busybox", "true");
      }
    }
    open(hosts);
    fleet.berth("host", "drain", host, "--timeout", "1s");
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("ps", "--format", "{{.Names}}").ok().lines(),
        names -> names.equals(List.of("first.moving")));
    assertThat(docker.run("start", "second").exits(1).err()).contains("on its way");
    for (int each = 0; each < hosts.size(); each++) {
      if (each != hosts.indexOf(host)) {
        fleet.engine(each).ok("rm", "-f", "crew.first");
      }
    }

    Eventually.get(
        Duration.ofSeconds(90),
        () -> docker.run("ps", "--format", "{{.Names}}").ok().lines(),
        names -> names.equals(List.of("second", "first")));
    assertThat(hostOf("second")).isEqualTo(hostOf("first")).isNotEqualTo(host);
    assertThat(docker.ok("exec", "second", "cat", "/d/x")).isEqualTo("a\nb\na\nb");
  }

  @Test
  void what_its_tenant_removes_while_it_is_moved_stays_removed() {
    String host = hosts.get(1);
    only(host);
    run(
        "heavy",
        "-v",
        "data:/d",
        "busybox",
        "sh",
        "-c",
        "truncate -s 200M /d/x; touch /d/done; sleep 600");
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("exec", "heavy", "test", "-e", "/d/done").exit(),
        exit -> exit == 0);
    open(hosts);
    // Not waited for, and slow: what follows is to come in the middle of the move.
    SlowLink slow = SlowLink.from(fleet.hosts().get(1));
    var _ = fleet.command("host", "drain", host, "--timeout", "1s").start();
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.ok("ps", "-a", "--format", "{{.Names}}"),
        names -> names.contains("heavy.moving"));
    assertThat(docker.run("start", "heavy").exits(1).err()).contains("on its way to another host");
    // The CLI would ask the engine first, which answers when it has given out its archive.
    Api.Answer put = Api.as(docker).send("PUT", "/containers/heavy/archive?path=/d", "");
    assertThat(put.status()).isEqualTo(409);
    assertThat(put.text()).contains("on its way to another host");

    // The engine removes it when it has given out its archive.
    slow.close();
    docker.ok("rm", "heavy");
    docker.ok("volume", "rm", "data");

    Eventually.get(
        Duration.ofSeconds(90),
        () -> docker.ok("ps", "-a", "--format", "{{.Names}}"),
        String::isEmpty);
    Eventually.get(
        () -> fleet.berth("host", "ls").ok().out(),
        text -> text.matches("(?s).*" + host + " +drained.*"));
    assertThat(docker.ok("ps", "-a", "--format", "{{.Names}}")).isEmpty();
    // The copy goes when what was made of it has gone.
    for (int each = 0; each < hosts.size(); each++) {
      Docker engine = fleet.engine(each);
      Eventually.get(
          () -> engine.run("volume", "ls", "-q").lines(), names -> !names.contains("crew.data"));
    }
  }

  @Test
  void a_network_whose_subnet_is_taken_elsewhere_gets_another_unless_addresses_are_fixed() {
    String host = hosts.get(1);
    Docker other = fleet.tenant("crew-b");
    try {
      for (String each : List.of(hosts.get(0), hosts.get(2))) {
        only(each);
        other.ok("network", "create", "--subnet", "172.30.8.0/24", "of-" + each);
        other.ok("create", "--name", "of-" + each, "--network", "of-" + each, "busybox");
      }
      only(host);
      docker.ok("network", "create", "--subnet", "172.30.8.0/24", "app");
      run("fixed", "--network", "app", "--ip", "172.30.8.5", "busybox", "sleep", "600");
      open(hosts);
      assertThat(fleet.berth("host", "drain", host, "--timeout", "20s").out())
          .contains("the network \"app\" cannot be made on host");
      assertThat(hostOf("fixed")).isEqualTo(host);
      assertThat(docker.ok("inspect", "-f", "{{.State.Running}}", "fixed")).isEqualTo("true");
      docker.remove("fixed");
      open(hosts);
      run("open", "-e", "constraint:node==~" + host, "--network", "app", "busybox", "sleep", "600");

      String told = drain(host);

      assertThat(hostOf("open")).describedAs(told).isNotEqualTo(host);
      assertThat(address("open", "app")).doesNotStartWith("172.30.8.");
    } finally {
      open(hosts);
      other.remove("of-" + hosts.get(0), "of-" + hosts.get(2));
      other.run("network", "prune", "-f").ok();
    }
  }
}
