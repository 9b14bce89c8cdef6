package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.common.id.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AddressPoolTest {
  private static final TenantId ACME = new TenantId("acme");

  @Test
  void a_range_is_read_and_written_in_its_short_form() {
    assertThat(Subnet.parse("10.200.7.9/14")).hasToString("10.200.0.0/14");
    assertThat(Subnet.parse("0.0.0.0/0")).hasToString("0.0.0.0/0");
    assertThat(Subnet.parse("255.255.255.255/32")).hasToString("255.255.255.255/32");
    assertThat(Subnet.parse("fd00:1::5/64")).hasToString("fd00:1:0:0:0:0:0:0/64");
  }

  @Test
  void what_is_no_range_is_refused_and_never_looked_up() {
    for (String text : List.of("", "10.0.0.0", "10.0.0.0/33", "localhost/8", "10.0.0.0/x", "/8")) {
      assertThat(Subnet.find(text)).describedAs(text).isEmpty();
      assertThatThrownBy(() -> Subnet.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Subnet.address("example.org")).isEmpty();
  }

  @Test
  void ranges_overlap_when_one_holds_the_other() {
    assertThat(Subnet.parse("10.0.0.0/8").overlaps(Subnet.parse("10.5.0.0/16"))).isTrue();
    assertThat(Subnet.parse("10.5.0.0/16").overlaps(Subnet.parse("10.0.0.0/8"))).isTrue();
    assertThat(Subnet.parse("10.5.0.0/16").overlaps(Subnet.parse("10.6.0.0/16"))).isFalse();
    assertThat(Subnet.parse("10.0.0.0/8").overlaps(Subnet.parse("fd00::/8"))).isFalse();
    assertThat(Subnet.parse("10.0.0.0/8").contains(Subnet.parse("10.5.0.0/16"))).isTrue();
    assertThat(Subnet.parse("10.5.0.0/16").contains(Subnet.parse("10.0.0.0/8"))).isFalse();
  }

  @Test
  void a_pool_gives_every_piece_once_and_then_nothing() {
    AddressPool pool = AddressPool.parse("10.200.0.0/22");
    List<Subnet> taken = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      taken.add(pool.free(ACME, taken).orElseThrow());
    }
    assertThat(taken)
        .extracting(Subnet::toString)
        .containsExactlyInAnyOrder(
            "10.200.0.0/24", "10.200.1.0/24", "10.200.2.0/24", "10.200.3.0/24");
    assertThat(pool.free(ACME, taken)).isEmpty();
  }

  @Property
  void a_piece_is_of_the_pool_and_touches_nothing_that_is_taken(
      @ForAll @IntRange(min = 0, max = 255) int third,
      @ForAll @IntRange(min = 16, max = 30) int prefix) {
    AddressPool pool = AddressPool.parse("10.200.0.0/16");
    Subnet taken = Subnet.parse("10.200.%d.0/%d".formatted(third, prefix));
    Optional<Subnet> piece = pool.free(ACME, List.of(taken));
    assertThat(piece.isEmpty()).isEqualTo(prefix == 16);
    piece.ifPresent(
        free -> {
          assertThat(pool.range().contains(free)).isTrue();
          assertThat(free.overlaps(taken)).isFalse();
        });
  }

  @Test
  void a_pool_must_hold_pieces() {
    for (String text : List.of("10.0.0.0/25", "10.0.0.0/7", "fd00::/16", "pool")) {
      assertThatThrownBy(() -> AddressPool.parse(text))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void tenants_have_private_ranges_beside_the_pool_and_the_fleet() {
    Subnet pool = Subnet.parse("10.200.0.0/14");
    List<String> fleet = List.of("192.168.7.20", "host.example.org");
    for (String allowed :
        List.of("10.5.0.0/16", "172.28.0.0/16", "192.168.8.0/24", "fd00:1::/64", "100.64.1.0/24")) {
      assertThat(SubnetRules.refusal(Subnet.parse(allowed), pool, fleet))
          .describedAs(allowed)
          .isEmpty();
    }
    for (String refused :
        List.of(
            "8.8.8.0/24",
            "0.0.0.0/0",
            "0.0.0.0/1",
            "172.0.0.0/8",
            "10.0.0.0/8",
            "10.203.255.0/24",
            "192.168.7.0/24",
            "192.168.0.0/16",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "2001:db8::/32")) {
      assertThat(SubnetRules.refusal(Subnet.parse(refused), pool, fleet))
          .describedAs(refused)
          .isPresent();
    }
  }
}
