package dev.berth.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.zookeeper.ZooDefs.Perms;
import org.junit.jupiter.api.Test;

final class AgentAccessTest {
  private static final String OWN = "/berth/live/hosts/h1";

  @Test
  void an_agent_writes_its_own_presence_and_nothing_else() {
    for (int permission : List.of(Perms.CREATE, Perms.WRITE, Perms.DELETE)) {
      assertThat(AgentAccess.allows("h1", permission, OWN)).isTrue();
      for (String other :
          List.of(OWN + "/x", OWN + "1", "/berth/live/hosts/h2", "/berth/leader/epoch", "/x")) {
        assertThat(AgentAccess.allows("h1", permission, other)).describedAs(other).isFalse();
      }
    }
  }

  @Test
  void it_makes_what_leads_to_its_presence_but_does_not_change_it() {
    for (String above : List.of("/berth", "/berth/live", "/berth/live/hosts")) {
      assertThat(AgentAccess.allows("h1", Perms.CREATE, above)).isTrue();
      assertThat(AgentAccess.allows("h1", Perms.DELETE, above)).isFalse();
      assertThat(AgentAccess.allows("h1", Perms.WRITE, above)).isFalse();
    }
  }

  @Test
  void it_reads_hosts_managers_and_the_epoch_and_no_secret() {
    for (String readable :
        List.of(
            "/",
            "/berth",
            "/berth/live/hosts",
            "/berth/live/hosts/h2",
            "/berth/hosts/h2",
            "/berth/leader/epoch")) {
      assertThat(AgentAccess.allows("h1", Perms.READ, readable)).describedAs(readable).isTrue();
    }
    for (String secret :
        List.of(
            "/berth/tokens",
            "/berth/users/u",
            "/berth/join-tokens/t",
            "/berth/containers/acme/web",
            "/berth/hostsx",
            "/zookeeper/config")) {
      assertThat(AgentAccess.allows("h1", Perms.READ, secret)).describedAs(secret).isFalse();
    }
  }

  @Test
  void it_sets_no_acl() {
    assertThat(AgentAccess.allows("h1", Perms.ADMIN, OWN)).isFalse();
    assertThat(AgentAccess.allows("h1", Perms.ALL, OWN)).isFalse();
  }
}
