package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do with tenants, users, tokens and policies, and what the tenants feel of it. */
final class TenantAdministrationIT {
  private final Fleet fleet = Fleet.shared();

  @Test
  void a_tenant_goes_with_all_that_it_has_on_every_host_and_a_new_one_of_its_name_has_nothing() {
    Docker gone = fleet.tenant("gone");
    for (int i = 1; i <= 3; i++) {
      gone.ok(
          "run", "-d", "--name", "c" + i, "-v", "data" + i + ":/data", "busybox", "sleep", "600");
    }
    gone.ok("network", "create", "net");
    gone.ok("tag", "busybox", "own:1");
    Docker stays = fleet.tenant("stays");
    stays.ok("run", "-d", "--name", "c1", "-v", "data1:/data", "busybox", "sleep", "600");

    Outcome refused = fleet.berth("tenant", "rm", "gone").exits(1);
    assertThat(refused.err())
        .contains("the tenant gone still has 3 containers, 1 image, 1 network, 3 volumes");
    assertThat(gone.ok("ps", "-q").lines()).hasSize(3);

    Outcome removed = fleet.berth("tenant", "rm", "--force", "gone").ok();
    assertThat(removed.out())
        .contains("Removed container c1 on ")
        .contains("Removed volume data3 on ")
        .contains("Removed network net on ")
        .contains("Removed image own:1")
        .contains("Tenant gone is gone.");
    assertThat(gone.run("ps").exits(1).err()).contains("berth login");
    assertThat(stays.ok("inspect", "-f", "{{.State.Running}}", "c1")).isEqualTo("true");

    Docker anew = fleet.tenantAnew("gone");
    assertThat(anew.ok("ps", "-aq")).isEmpty();
    assertThat(anew.ok("volume", "ls", "-q")).isEmpty();
    assertThat(anew.ok("images", "-q", "own")).isEmpty();
    anew.ok("run", "--rm", "--name", "c1", "-v", "data1:/data", "busybox", "true");
    fleet.berth("tenant", "rm", "--force", "gone").ok();
    stays.remove("c1");
  }

  @Test
  void a_policy_opens_what_it_names_and_switches_calls_off_and_only_for_its_tenants() {
    Docker trusted = fleet.tenant("trusted");
    Docker ordinary = fleet.tenant("ordinary");
    fleet
        .berth(
            "policy",
            "set",
            "special",
            "--allow",
            "ContainerCreate:HostConfig.CapAdd=NET_ADMIN",
            "--allow",
            "ContainerCreate:HostConfig.Binds=/etc/hostname:ro",
            "--allow",
            "ContainerCreate:HostConfig.NetworkMode=host",
            "--allow",
            "ContainerExec:Privileged",
            "--deny-action",
            "ContainerCommit,ContainerExport",
            "--limit",
            "pids=64")
        .exits(1);
    fleet
        .berth(
            "policy",
            "set",
            "special",
            "--allow",
            "ContainerCreate:HostConfig.CapAdd=NET_ADMIN",
            "--allow",
            "ContainerCreate:HostConfig.Binds=/etc/hostname:ro",
            "--allow",
            "ContainerCreate:HostConfig.NetworkMode=host",
            "--allow",
            "ContainerExec:Privileged",
            "--deny-action",
            "ImageCommit,ContainerExport",
            "--limit",
            "pids=64")
        .ok();
    fleet.berth("tenant", "update", "trusted", "--policy", "special").ok();
    String[] admin = {
      "run", "--rm", "--cap-add", "NET_ADMIN", "busybox", "ip", "link", "set", "lo", "down"
    };
    String[] bind = {"run", "--rm", "-v", "/etc/hostname:/x:ro", "busybox", "cat", "/x"};
    String[] host = {"run", "--rm", "--network", "host", "busybox", "true"};
    for (String[] words : new String[][] {admin, bind, host}) {
      trusted.ok(words);
      assertThat(ordinary.run(words).exits(125).err()).contains("is not allowed");
    }
    assertThat(
            trusted
                .run("run", "--rm", "-v", "/etc/hostname:/x", "busybox", "true")
                .exits(125)
                .err())
        .contains("is a path of the host");
    assertThat(trusted.run("run", "--rm", "--privileged", "busybox", "true").exits(125).err())
        .contains("HostConfig.Privileged is not allowed");

    trusted.ok("run", "-d", "--name", "one", "busybox", "sleep", "600");
    ordinary.ok("run", "-d", "--name", "one", "busybox", "sleep", "600");
    assertThat(trusted.ok("inspect", "-f", "{{.HostConfig.PidsLimit}}", "one")).isEqualTo("64");
    // Whether the kernel lets this machine do it is another question.
    assertThat(trusted.run("exec", "--privileged", "one", "true").out())
        .doesNotContain("is not allowed");
    assertThat(ordinary.run("exec", "--privileged", "one", "true").exits(1).err())
        .contains("Privileged is not allowed");
    assertThat(trusted.run("commit", "one").exits(1).err())
        .contains("ImageCommit is switched off for the tenant trusted by the policy special");
    assertThat(ordinary.ok("commit", "one")).startsWith("sha256:");

    assertThat(fleet.berth("policy", "rm", "special").exits(1).err()).contains("trusted");
    fleet.berth("tenant", "update", "trusted", "--policy", "default").ok();
    assertThat(trusted.run(bind).exits(125).err()).contains("is a path of the host");
    fleet.berth("policy", "rm", "special").ok();
    fleet.berth("tenant", "rm", "--force", "trusted").ok();
    fleet.berth("tenant", "rm", "--force", "ordinary").ok();
  }

  @Test
  void a_token_that_is_revoked_is_no_good_at_once_also_for_a_client_that_is_known() {
    Docker docker = fleet.tenant("revoked");
    docker.ok("ps");
    String line =
        fleet.berth("token", "ls").ok().lines().stream()
            .filter(each -> each.contains(" revoked "))
            .findFirst()
            .orElseThrow();

    fleet.berth("token", "revoke", line.split(" ")[0]).ok();

    assertThat(docker.run("ps").exits(1).err()).contains("the token is not good or has expired");
    fleet.berth("tenant", "rm", "revoked").ok();
  }

  @Test
  void users_come_and_go() {
    fleet.berth("tenant", "create", "people").ok();
    fleet.berth("user", "create", "eve", "--tenant", "people").ok();
    fleet.berth("user", "grant", "eve", "--tenant", "people", "--role", "reader").ok();
    assertThat(fleet.berth("user", "ls").ok().out()).contains("eve").contains("people:reader");
    assertThat(fleet.berth("user", "passwd", "eve").ok().out()).contains("Password (shown once): ");
    fleet.berth("user", "withdraw", "eve", "--tenant", "people").ok();
    assertThat(fleet.berth("user", "withdraw", "eve", "--tenant", "people").exits(1).err())
        .contains("has no role in the tenant people");
    fleet.berth("user", "rm", "eve").ok();
    assertThat(fleet.berth("user", "rm", "eve").exits(1).err()).contains("no such user: eve");
    fleet.berth("tenant", "rm", "people").ok();
  }

  @Test
  void a_context_has_a_certificate_of_its_users_own_which_renews_itself_and_can_be_revoked(
      @TempDir Path configuration) {
    fleet.berth("tenant", "create", "certified").ok();
    fleet
        .command("user", "create", "carol", "--tenant", "certified", "--password-stdin")
        .input("correct-horse-1")
        .run()
        .ok();
    Map<String, String> env = Map.of("DOCKER_CONFIG", configuration.toString());
    fleet
        .command("login", "--user", "carol", "--tenant", "certified", "--password-stdin")
        .env(env)
        .input("correct-horse-1")
        .run()
        .ok();
    assertThat(
            fleet
                .command("context", "create", "one", "--lifetime", "48h")
                .env(env)
                .run()
                .exits(1)
                .err())
        .contains("at most 24 hours");
    fleet.command("context", "create", "one", "--lifetime", "1h").env(env).run().ok();
    fleet.command("logout").env(env).run().ok();

    Docker docker = new Docker(env);
    docker.ok("--context", "one", "run", "-d", "--name", "web", "busybox", "sleep", "600");
    Outcome listed = docker.run("--context", "one", "ps", "--format", "{{.Names}}").ok();
    assertThat(listed.text()).isEqualTo("web");
    assertThat(listed.err()).isEmpty();
    String first = tokenOf("carol");
    fleet.command("context", "renew", "one").env(env).run().ok();
    assertThat(docker.ok("--context", "one", "ps", "--format", "{{.Names}}")).isEqualTo("web");

    fleet.berth("user", "rm", "carol").ok();
    assertThat(docker.run("--context", "one", "ps").exits(1).err())
        .contains("the token is not good or has expired");
    assertThat(first).isNotEmpty();
    assertThat(fleet.command("context", "renew", "one").env(env).run().exits(1).err())
        .contains("not good or has expired");
    fleet.command("context", "rm", "one").env(env).run().ok();
    assertThat(docker.run("--context", "one", "ps").exits(1).err()).contains("one");
    fleet.berth("tenant", "rm", "--force", "certified").ok();
  }

  private String tokenOf(String user) {
    return fleet.berth("token", "ls").ok().lines().stream()
        .filter(line -> line.contains(" " + user + " "))
        .findFirst()
        .orElse("");
  }
}
