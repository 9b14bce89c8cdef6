package dev.berth.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.scheduler.HostPort.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PortHostsTest {
  private static final int HOSTS = 4;

  private final PortHosts ports = new PortHosts();

  private static HostPort port(String address) {
    return new HostPort(address, 80, Protocol.TCP);
  }

  private static HostState host(int number) {
    return new HostState(new HostId("h" + number), number, new Usage(), new Holdings());
  }

  private List<HostState> holders() {
    List<HostState> holders = new ArrayList<>();
    ports.addTo(holders, port("0.0.0.0"));
    return holders;
  }

  @Test
  void a_port_that_comes_and_goes_beside_one_that_stays_leaves_nothing_behind() {
    HostState host = host(1);
    ports.add(port("10.0.0.1"), host);
    for (int i = 0; i < 10_000; i++) {
      ports.add(port("10.0.0.2"), host);
      ports.remove(port("10.0.0.2"), host);
    }

    assertThat(holders()).containsExactly(host);
  }

  @Property(tries = 100)
  void those_that_have_a_port_are_known_through_any_history(@ForAll Random random) {
    List<HostState> hosts = new ArrayList<>();
    for (int number = 0; number < HOSTS; number++) {
      hosts.add(host(number));
    }
    List<HostState> having = new ArrayList<>();
    for (int step = 0; step < 200; step++) {
      boolean isMore = having.size() < 2 * HOSTS && random.nextBoolean();
      if (having.isEmpty() || isMore) {
        HostState host = hosts.get(random.nextInt(HOSTS));
        ports.add(port("10.0.0.1"), host);
        having.add(host);
      } else {
        HostState host = having.remove(random.nextInt(having.size()));
        ports.remove(port("10.0.0.1"), host);
      }
      assertThat(holders()).containsExactlyInAnyOrderElementsOf(having);
    }
    having.forEach(host -> ports.remove(port("10.0.0.1"), host));
    assertThat(holders()).isEmpty();
  }
}
