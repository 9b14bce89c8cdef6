package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.lab.LabHost;
import dev.berth.manager.ops.DeclaredAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators want of hosts, and what becomes of the containers there. */
final class HostsIT {
  private final Fleet fleet = Fleet.shared();
  private final Docker docker = fleet.tenant("movers");
  private final List<String> hosts = fleet.hosts().stream().map(LabHost::name).toList();

  @AfterEach
  void allAsItWas() {
    hosts.forEach(host -> fleet.berth("host", "uncordon", host).ok());
    List<String> left = docker.run("ps", "-aq").ok().lines();
    if (!left.isEmpty()) {
      docker.remove(left.toArray(String[]::new));
    }
    docker.run("volume", "rm", "-f", "data", "shared").ok();
    docker.run("network", "prune", "-f").ok();
  }

  private String hostOf(String container) {
    return docker.ok("inspect", "-f", "{{.Node.Name}}", container);
  }

  /** Lets new containers come to no other host. */
  private void only(String host) {
    for (String other : hosts) {
      fleet.berth("host", other.equals(host) ? "uncordon" : "cordon", other).ok();
    }
  }

  private void create(String name, String... more) {
    List<String> words =
        new ArrayList<>(List.of("create", "--name", name, "--stop-signal", "KILL"));
    words.addAll(List.of(more));
    docker.ok(words.toArray(String[]::new));
  }

  @Test
  void a_cordoned_host_keeps_what_it_has_and_gets_nothing_new() {
    String host = hosts.get(1);
    only(host);
    create("stays", "busybox", "sleep", "600");
    assertThat(hostOf("stays")).isEqualTo(host);
    fleet.berth("host", "uncordon", hosts.get(0)).ok();
    assertThat(fleet.berth("host", "cordon", host).ok().out()).contains("cordoned");
    Eventually.get(
        () -> fleet.berth("events", "--host", host, "--type", "host", "--since", "1m").ok().out(),
        text -> text.contains("cordoned") && text.contains("was healthy"));
    assertThat(fleet.berth("events", "--host", "nowhere").ok().lines()).hasSize(1);
    assertThat(fleet.berth("events", "--type", "weather").exits(1).err())
        .contains("\"type\" must be host or pressure");
    assertThat(fleet.berth("events", "--since", "soon").exits(1).err()).contains("\"since\" must");
    Set<String> used = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      create("new-" + i, "busybox", "true");
      used.add(hostOf("new-" + i));
    }
    assertThat(used).containsExactly(hosts.get(0));
    docker.ok("start", "stays");
    assertThat(docker.ok("exec", "stays", "echo", "here")).isEqualTo("here");
    assertThat(docker.run("create", "-e", "constraint:node==" + host, "busybox").err())
        .contains("node==" + host);
    assertThat(fleet.berth("explain", "--tenant", "movers", "--", "docker", "run", "busybox").out())
        .contains("it is cordoned");
    fleet.berth("host", "uncordon", host).ok();
    create("again", "-e", "constraint:node==" + host, "busybox", "true");
  }

  @Test
  void a_host_that_is_kept_for_a_tenant_takes_nothing_of_another() {
    String kept = hosts.get(1);
    only(kept);
    fleet.berth("host", "uncordon", hosts.get(0)).ok();
    fleet.berth("host", "label", kept, "berth.tenants=lodgers").ok();
    try {
      for (int i = 0; i < 3; i++) {
        create("outside-" + i, "busybox", "true");
        assertThat(hostOf("outside-" + i)).isEqualTo(hosts.get(0));
        docker.ok("volume", "create", "outside-" + i);
        create("with-" + i, "-v", "outside-" + i + ":/data", "busybox", "true");
      }
      assertThat(
              fleet.berth("explain", "--tenant", "movers", "--", "docker", "run", "busybox").out())
          .contains("it is kept for tenants \"lodgers\"");
      fleet.berth("host", "label", hosts.get(0), "berth.tenants=lodgers").ok();
      assertThat(docker.run("volume", "create", "nowhere").exits(1).err())
          .contains("no host that answers is open to this tenant; ask an operator for one");
      assertThat(docker.run("network", "create", "nowhere").exits(1).err())
          .contains("open to this tenant");
      assertThat(docker.run("create", "busybox").exits(1).err()).contains("open to this tenant");
      fleet.berth("host", "label", hosts.get(0), "berth.tenants-").ok();
      Docker lodgers = fleet.tenant("lodgers");
      lodgers.ok("create", "--name", "lodger", "-e", "constraint:node==" + kept, "busybox");
      lodgers.remove("lodger");
    } finally {
      for (String host : hosts) {
        fleet.berth("host", "label", host, "berth.tenants-").ok();
      }
    }
  }

  @Test
  void a_host_promises_as_much_of_each_resource_as_its_label_says() {
    String host = hosts.get(0);
    only(host);
    String cpus = Integer.toString(Runtime.getRuntime().availableProcessors());
    create("half", "--cpus", cpus, "busybox", "true");
    assertThat(docker.run("create", "--cpus", cpus, "busybox").exits(1).err())
        .contains("no resources available");
    fleet.berth("host", "label", host, "berth.overcommit=cpus=100,memory=0").ok();
    try {
      create("other-half", "--cpus", cpus, "busybox", "true");
      assertThat(docker.run("create", "--cpus", cpus, "busybox").exits(1).err())
          .contains("no resources available");
      assertThat(fleet.berth("host", "label", host, "berth.overcommit=gpu=5,cpus=1").exits(1).err())
          .contains("invalid overcommit of gpu: use cpus, memory, disk and pids");
      assertThat(fleet.berth("host", "label", host, "berth.overcommit=cpus=many").exits(1).err())
          .contains("use a number of percent, as cpus=50");
      assertThat(fleet.berth("host", "label", host, "berth.overcommit=lots").exits(1).err())
          .contains(
              "invalid overcommit of lots: use cpus, memory, disk and pids, as cpus=50,memory=0");
    } finally {
      fleet.berth("host", "label", host, "berth.overcommit-").ok();
    }
  }

  @Test
  void what_goes_with_something_on_a_cordoned_host_is_not_made_there() {
    String host = hosts.get(1);
    only(host);
    docker.ok("network", "create", "app");
    hosts.forEach(each -> fleet.berth("host", "uncordon", each).ok());
    fleet.berth("host", "cordon", host).ok();
    docker.ok("volume", "create", "data");
    assertThat(fleet.engine(1).ok("volume", "ls", "-q")).doesNotContain("movers.data");
  }

  @Test
  void when_every_host_is_cordoned_the_error_says_so() {
    hosts.forEach(host -> fleet.berth("host", "cordon", host).ok());
    assertThat(docker.run("create", "busybox").err()).contains("No healthy node available");
    assertThat(docker.run("volume", "create", "nowhere").err())
        .contains("No healthy node available");
    assertThat(docker.run("network", "create", "nowhere").err())
        .contains("No healthy node available");
  }

  @Test
  void labels_that_an_operator_gives_hold_at_once_and_over_those_of_the_engine() {
    String host = hosts.get(2);
    fleet.berth("host", "label", host, "rack=r7", "zone=elsewhere").ok();
    try {
      create("labelled", "-e", "constraint:rack==r7", "busybox", "true");
      assertThat(hostOf("labelled")).isEqualTo(host);
      create("moved-zone", "-e", "constraint:zone==elsewhere", "busybox", "true");
      assertThat(hostOf("moved-zone")).isEqualTo(host);
    } finally {
      fleet.berth("host", "label", host, "rack-", "zone-").ok();
    }
    assertThat(docker.run("create", "-e", "constraint:rack==r7", "busybox").exit()).isNotZero();
    assertThat(fleet.berth("host", "inspect", host).ok().out()).contains("ownLabels: {}");
  }

  private Api operator() throws IOException {
    Path token = Path.of(fleet.runState().path("data").asText()).resolve("admin-token");
    return Api.as(docker)
        .with("X-Auth-Token", Files.readString(token).strip())
        .without("X-Auth-TenantId");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/berth/v1/hosts/nowhere|{\"state\":\"cordoned\"}|404|there is no host nowhere",
        "/berth/v1/hosts/HOST|{\"state\":\"asleep\"}|400|use active, cordoned or draining",
        "/berth/v1/hosts/HOST|{\"state\":\"drained\"}|400|use active, cordoned or draining",
        "/berth/v1/hosts/HOST|{\"labels\":{\"a b\":\"c\"}}|400|the label",
        "/berth/v1/hosts/HOST|{\"labels\":{\"a\":1}}|400|the label",
        "/berth/v1/hosts/HOST|{}|400|nothing is to be changed",
        "/berth/v1/hosts/HOST|{\"colour\":\"red\"}|400|colour",
      })
  void what_cannot_be_done_to_a_host_is_said(String path, String body, int status, String message)
      throws IOException {
    Api.Answer answer = operator().send("PUT", path.replace("HOST", hosts.get(0)), body);
    assertThat(answer.status()).describedAs(answer.text()).isEqualTo(status);
    assertThat(answer.message()).contains(message);
  }

  @Test
  void every_call_that_the_api_s_document_tells_of_is_answered_as_it_says() throws IOException {
    Api anybody = Api.as(docker).without("X-Auth-Token").without("X-Auth-TenantId");
    Api operator = operator();
    JsonNode document = anybody.get("/berth/v1/openapi.json").json();
    DeclaredAnswers declared = new DeclaredAnswers(document);
    create("shown", "--memory", "16m", "busybox", "sleep", "600");
    docker.ok("start", "shown");
    Eventually.get(
        Duration.ofMinutes(2),
        () -> operator.get("/berth/v1/monitor/top?search=shown").text(),
        text -> text.contains("\"shown\""));
    Map<String, String> named =
        Map.of(
            "/berth/v1/hosts/{host}",
            hosts.get(0),
            "/berth/v1/hosts/{host}/drain",
            hostOf("shown"),
            "/berth/v1/monitor/hosts/{id}/series",
            hosts.get(0),
            "/berth/v1/policies/{name}",
            "default",
            "/berth/v1/rebalance/{goal}",
            "spread",
            "/berth/v1/tenants/{id}",
            "movers");
    int asked = 0;
    for (var path : document.path("paths").properties()) {
      if (path.getValue().has("get")) {
        String asking =
            path.getKey().replaceFirst("\\{.*?}", named.getOrDefault(path.getKey(), ""));
        assertAnswer(declared, operator, 200, "GET", asking, "");
        boolean isOpen = path.getValue().path("get").path("security").isEmpty();
        assertAnswer(declared, anybody, isOpen ? 200 : 401, "GET", asking, "");
        asked++;
      }
    }
    assertThat(asked).isGreaterThan(20);
    String day = "/berth/v1/monitor/hosts/" + hostOf("shown") + "/series?window=day";
    String container = docker.ok("inspect", "-f", "{{.Id}}", "shown");
    assertAnswer(declared, operator, 200, "GET", day, "");
    assertAnswer(declared, operator, 200, "GET", day + "&container=" + container, "");
    String create = "{\"tenant\":\"movers\",\"create\":{\"Image\":\"busybox\"}}";
    assertAnswer(declared, operator, 200, "POST", "/berth/v1/explain", create);
    String host = "/berth/v1/hosts/" + hosts.get(0);
    assertAnswer(declared, operator, 200, "PUT", host, "{\"state\":\"active\"}");
  }

  private static void assertAnswer(
      DeclaredAnswers declared, Api api, int status, String method, String path, String body) {
    Api.Answer answer = api.send(method, path, body);
    assertThat(answer.status()).describedAs("%s: %s", path, answer.text()).isEqualTo(status);
    assertThat(declared.differences(method, path, status, answer.text()))
        .describedAs(path)
        .isEmpty();
  }

  @Test
  void a_tenant_neither_sees_hosts_nor_changes_them() {
    String host = "/berth/v1/hosts/" + hosts.get(0);
    Api api = Api.as(docker);
    assertThat(api.send("PUT", host, "{\"state\":\"cordoned\"}").status()).isEqualTo(403);
    assertThat(api.send("GET", host, "").status()).isEqualTo(403);
    assertThat(api.send("DELETE", host + "?force=true", "").status()).isEqualTo(403);
    assertThat(api.send("POST", host + "/revoke", "").status()).isEqualTo(403);
    assertThat(api.send("POST", "/berth/v1/join-tokens", "{}").status()).isEqualTo(403);
    assertThat(api.send("DELETE", "/berth/v1/join-tokens/0123456789ab", "").status())
        .isEqualTo(403);
    for (String path :
        List.of(
            host + "/drain",
            "/berth/v1/join-tokens",
            "/berth/v1/rebalance/spread",
            "/berth/v1/monitor/hosts",
            "/berth/v1/monitor/hosts/" + hosts.get(0) + "/series",
            "/berth/v1/monitor/tenants",
            "/berth/v1/monitor/top",
            "/berth/v1/events",
            "/berth/v1/events?follow=true",
            "/metrics")) {
      assertThat(api.send("GET", path, "").status()).describedAs(path).isEqualTo(403);
    }
    assertThat(fleet.berth("host", "ls").ok().out()).doesNotContain("cordoned", "revoked");
  }

  @Test
  void draining_takes_twenty_containers_elsewhere_with_all_they_have_and_says_what_stays() {
    String host = hosts.get(1);
    only(host);
    docker.ok("volume", "create", "data");
    docker.ok("network", "create", "app");
    List<String> moving = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      moving.add("plain-" + i);
      create("plain-" + i, "-m", "16m", "busybox", "sleep", "600");
    }
    docker.ok("start", "plain-0", "plain-1", "plain-2", "plain-3");
    docker.run("pause", "plain-3").ok();
    for (String name :
        List.of(
            "writer",
            "anonymous",
            "owner",
            "open",
            "labelled",
            "restarting",
            "in-network",
            "called.moving",
            "long-" + "n".repeat(245))) {
      moving.add(name);
    }
    create("writer", "busybox", "sh", "-c", "echo mine >> /root/note; sleep 600");
    create(
        "anonymous",
        "-v",
        "/var/data",
        "busybox",
        "sh",
        "-c",
        "echo here >> /var/data/x; sleep 600");
    create("owner", "-v", "data:/data", "busybox", "sh", "-c", "echo kept >> /data/x; sleep 600");
    create("open", "-p", "28123:80", "busybox", "sleep", "600");
    create("labelled", "--label", "role=web", "--hostname", "web", "busybox", "sleep", "600");
    create("in-network", "--network", "app", "busybox", "sleep", "600");
    create("restarting", "--restart", "unless-stopped", "busybox", "sleep", "600");
    docker.ok("start", "writer", "anonymous", "owner", "open", "labelled", "restarting");
    create("called.moving", "busybox", "sleep", "600");
    create("long-" + "n".repeat(245), "busybox", "sleep", "600");
    create("pinned", "--label", "berth.reschedule=off", "busybox", "sleep", "600");
    create("here-alone", "-e", "constraint:node==" + host, "busybox", "sleep", "600");
    create("sharing-1", "-v", "shared:/s", "busybox", "sleep", "600");
    create("sharing-2", "--volumes-from", "sharing-1", "busybox", "sleep", "600");
    Set<String> running = new HashSet<>(docker.run("ps", "--format", "{{.Names}}").ok().lines());
    for (String other : hosts) {
      fleet.berth("host", "uncordon", other).ok();
    }
    String trial = fleet.berth("host", "drain", host, "--dry-run").out();
    assertThat(trial)
        .containsPattern("movers +plain-0 +yes")
        .contains("the container \"sharing-2\" is joined to it");
    assertThat(hostOf("plain-0")).isEqualTo(host);

    String told =
        fleet
            .command("host", "drain", host, "--timeout", "4m")
            .within(Duration.ofMinutes(5))
            .run()
            .out();

    assertThat(told)
        .contains("pinned", "its owner wants it to stay")
        .contains("here-alone", "no other host can have it", "node==" + host)
        .contains("sharing-1", "sharing-2");
    for (String name : moving) {
      assertThat(hostOf(name)).describedAs(name).isNotEqualTo(host);
    }
    assertThat(docker.run("ps", "-a", "--format", "{{.Names}}").ok().lines()).hasSize(27);
    assertThat(new HashSet<>(docker.run("ps", "--format", "{{.Names}}").ok().lines()))
        .isEqualTo(running);
    assertThat(docker.ok("exec", "writer", "cat", "/root/note")).isEqualTo("mine\nmine");
    assertThat(docker.ok("exec", "anonymous", "cat", "/var/data/x")).isEqualTo("here\nhere");
    assertThat(docker.ok("exec", "owner", "cat", "/data/x")).isEqualTo("kept\nkept");
    assertThat(
            docker.ok("inspect", "-f", "{{.Config.Hostname}} {{.Config.Labels.role}}", "labelled"))
        .isEqualTo("web web");
    assertThat(docker.ok("inspect", "-f", "{{.Config.Image}} {{.HostConfig.Memory}}", "plain-5"))
        .isEqualTo("busybox 16777216");
    assertThat(docker.ok("port", "open", "80/tcp")).endsWith(":28123");
    assertThat(docker.ok("inspect", "-f", "{{len .Config.Labels}}", "writer")).isEqualTo("0");
    assertThat(docker.run("volume", "ls", "-q").ok().lines()).contains("data").hasSize(3);
    docker.remove("owner");
    docker.ok("volume", "rm", "data");
    assertThat(fleet.engine(hosts.indexOf(host)).ok("volume", "ls", "-q"))
        .doesNotContain("movers.data");
    assertThat(fleet.berth("host", "ls").ok().out()).containsPattern(host + " +draining");
    docker.remove(docker.run("ps", "-aq").ok().lines().toArray(String[]::new));
    for (int each = 0; each < hosts.size(); each++) {
      assertThat(fleet.engine(each).ok("images", "-q", "--filter", "label=berth.move"))
          .describedAs("images of what moved containers had written")
          .isEmpty();
    }
  }

  @Test
  void a_rebalance_proposes_moves_within_what_containers_asked_for_and_moves_nothing() {
    String full = hosts.get(0);
    only(full);
    docker.ok("network", "create", "app");
    for (int i = 0; i < 6; i++) {
      create("heavy-" + i, "-m", "256m", "busybox", "true");
    }
    create("bound", "-m", "256m", "-e", "constraint:node==" + full, "busybox", "true");
    create("tied", "-m", "256m", "--network", "app", "busybox", "true");
    hosts.forEach(host -> fleet.berth("host", "uncordon", host).ok());

    String told = fleet.berth("rebalance", "--dry-run").ok().out();

    assertThat(told).containsPattern("movers +heavy-\\d +" + full + " +lab-h[23] +no");
    assertThat(told).doesNotContainPattern("movers +(bound|tied) +" + full);
    assertThat(told)
        .contains(
            "movers/bound stays on " + full + ": no other host can have it",
            "movers/tied stays on " + full + ": it is in the network \"app\"",
            "Goal: spread. ");
    assertThat(hostOf("heavy-0")).isEqualTo(full);
    assertThat(fleet.berth("rebalance").exit()).isEqualTo(2);
  }

  @Test
  void volumes_that_nothing_mounts_leave_a_drained_host_with_all_that_is_in_them() {
    String host = hosts.get(0);
    Docker engine = fleet.engine(0);
    only(host);
    String write = "echo kept > /v/x; mkdir -m 700 /v/d; chown 7:8 /v/d; ln -s x /v/l";
    docker.ok("run", "--rm", "-v", "idle:/v", "busybox", "sh", "-c", write);
    docker.ok("volume", "create", "--label", "com.docker.compose.project=app", "empty");
    for (String other : hosts) {
      fleet.berth("host", "uncordon", other).ok();
    }
    assertThat(engine.ok("volume", "ls", "-q")).contains("movers.idle", "movers.empty");
    List<List<String>> images = new ArrayList<>();
    List<List<String>> containers = new ArrayList<>();
    for (int each = 0; each < hosts.size(); each++) {
      images.add(fleet.engine(each).run("images", "-qa").lines());
      containers.add(fleet.engine(each).run("ps", "-qa").lines());
    }

    fleet.berth("host", "drain", host, "--timeout", "2m");

    Eventually.get(
        () -> fleet.berth("host", "ls").ok().out(),
        text -> text.matches("(?s).*" + host + " +drained.*"));
    assertThat(engine.ok("volume", "ls", "-q")).doesNotContain("movers.");
    String look = "cat /v/x; readlink /v/l; stat -c '%a %u:%g' /v/d";
    assertThat(docker.ok("run", "--rm", "-v", "idle:/v", "busybox", "sh", "-c", look))
        .isEqualTo("kept\nx\n700 7:8");
    assertThat(
            docker.ok(
                "volume",
                "inspect",
                "-f",
                "{{index .Labels \"com.docker.compose.project\"}}",
                "empty"))
        .isEqualTo("app");
    for (int each = 0; each < hosts.size(); each++) {
      assertThat(fleet.engine(each).run("images", "-qa").lines()).isEqualTo(images.get(each));
      assertThat(fleet.engine(each).run("ps", "-qa").lines()).isEqualTo(containers.get(each));
    }
    docker.ok("volume", "rm", "idle", "empty");
  }

  @Test
  void a_host_from_which_all_can_go_is_drained_and_gets_containers_again_when_it_is_wanted() {
    String host = hosts.get(0);
    create("goes", "busybox", "sleep", "600");
    fleet.berth("host", "drain", host, "--timeout", "2m");
    assertThat(hostOf("goes")).isNotEqualTo(host);
    fleet.berth("host", "uncordon", host).ok();
    create("comes", "-e", "constraint:node==" + host, "busybox", "true");
    assertThat(hostOf("comes")).isEqualTo(host);
  }
}
