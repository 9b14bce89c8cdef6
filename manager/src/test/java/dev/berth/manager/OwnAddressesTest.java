package dev.berth.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.manager.audit.AuditConfig;
import dev.berth.manager.cluster.AddressPool;
import dev.berth.manager.cluster.PortRange;
import dev.berth.manager.ingress.IngressConfig;
import dev.berth.manager.limit.LimitConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {

  private static ManagerConfig config(String listen) {
    InetSocketAddress cluster = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new ManagerConfig(
        Path.of("/nowhere"),
        List.of(Listen.parse(listen)),
        cluster,
        new ZooKeeperConfig.Embedded(cluster),
        "m.example",
        List.of(),
        Duration.ofMinutes(1),
        AddressPool.parse("10.0.0.0/8"),
        new IngressConfig(List.of(), PortRange.parse("30000-30100")),
        AuditConfig.OFF,
        LimitConfig.NONE,
        IdentityConfig.all(Optional.empty(), Duration.ofMinutes(1)),
        PlacementConfig.DEFAULT,
        false,
        Duration.ofDays(1));
  }

  @Test
  void a_manager_whose_machines_name_does_not_resolve_has_a_certificate_without_it() {
    ManagerConfig config = config("tls://0.0.0.0:0");

    assertThat(new OwnAddresses(config, Optional.of("desk")).names())
        .contains("desk", "m.example")
        .doesNotContain("0.0.0.0");
    assertThat(new OwnAddresses(config, Optional.empty()).names())
        .contains("localhost", "m.example")
        .doesNotContain("desk");
  }

  @Test
  void a_listener_at_a_host_that_is_not_known_is_told_with_its_setting() {
    OwnAddresses addresses = new OwnAddresses(config("tls://nowhere.invalid:0"), Optional.empty());

    assertThatThrownBy(addresses::listened)
        .hasMessage(
            "cannot listen on tls://nowhere.invalid:0: its host name is not known; choose another"
                + " with manager.listen");
  }
}
