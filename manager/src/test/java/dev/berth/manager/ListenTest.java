package dev.berth.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://127.0.0.1:2375",
        "tcp://127.9.9.9:0",
        "tcp://localhost:2375",
        "tcp://[::1]:2375",
        "tls://0.0.0.0:2376",
        "tls://berth.example.org:2376",
        "tls://[2001:db8::1]:2376"
      })
  void an_address_reads_back_as_it_was_written(String text) {
    assertThat(Listen.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://0.0.0.0:2375",
        "tcp://192.0.2.1:2375",
        "tcp://[::]:2375",
        "tcp://localhost.example.org:2375"
      })
  void plain_tcp_beyond_loopback_is_refused_with_the_way_out(String text) {
    assertThatThrownBy(() -> Listen.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without TLS")
        .hasMessageEndingWith("use " + text.replace("tcp", "tls"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2375",
        "127.0.0.1:2375",
        "tcp://127.0.0.1",
        "tcp://:2375",
        "http://127.0.0.1:2375",
        "tcp://127.0.0.1:2375/path",
        "tcp://a b:1",
        "tls://user@host:1"
      })
  void what_is_no_address_is_refused_with_the_form_to_use(String text) {
    assertThatThrownBy(() -> Listen.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use tcp://HOST:PORT or tls://HOST:PORT");
  }

  @Test
  void a_port_that_no_socket_has_is_refused() {
    assertThatThrownBy(() -> Listen.parse("tls://host:70000"))
        .hasMessage("invalid port 70000 of listen address \"host\": use 0 to 65535");
  }
}
