package dev.berth.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.scheduler.HostPort.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0,     80, TCP, 0.0.0.0,   80, TCP, true",
    "0.0.0.0,     80, TCP, 10.0.0.1,  80, TCP, true",
    "10.0.0.1,    80, TCP, 0.0.0.0,   80, TCP, true",
    "'',          80, TCP, 10.0.0.1,  80, TCP, true",
    "::,          80, TCP, 10.0.0.1,  80, TCP, true",
    "10.0.0.1,    80, TCP, 10.0.0.1,  80, TCP, true",
    "10.0.0.1,    80, TCP, 10.0.0.2,  80, TCP, false",
    "fe80::1,     80, TCP, FE80:0::1, 80, TCP, true",
    "0.0.0.0,     53, TCP, 0.0.0.0,   53, UDP, false",
    "0.0.0.0,     80, TCP, 0.0.0.0,   81, TCP, false",
  })
  void ports_clash_by_address_port_and_protocol(
      String address,
      int port,
      Protocol protocol,
      String other,
      int otherPort,
      Protocol otherProtocol,
      boolean clashes) {
    HostPort one = new HostPort(address, port, protocol);
    HostPort two = new HostPort(other, otherPort, otherProtocol);

    assertThat(one.clashesWith(two)).isEqualTo(clashes);
    assertThat(two.clashesWith(one)).isEqualTo(clashes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "10.0.0", "1.2.3.256", "example.org"})
  void an_address_must_be_a_literal_one(String address) {
    assertThatThrownBy(() -> new HostPort(address, 80, Protocol.TCP))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_port_that_the_engine_chooses_is_none() {
    assertThatThrownBy(() -> new HostPort("", 0, Protocol.TCP))
        .hasMessage("invalid host port 0: use 1 to 65535");
  }

  @Test
  void is_shown_as_the_engine_does() {
    assertThat(new HostPort("", 80, Protocol.UDP)).hasToString("0.0.0.0:80/udp");
  }
}
