package dev.berth.scheduler;

import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.RecordId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final int STEPS = 3_000;
  private static final int IDS = 300;

  private final Tenancy tenancy = new Tenancy(request(0).build().tenant());

  @Property(tries = 20)
  void it_holds_what_a_map_would(@ForAll Random random) {
    Places places = new Places();
    Map<RecordId, Reservation> model = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      RecordId id = RequestBuilder.id(random.nextInt(IDS));
      if (random.nextBoolean()) {
        assertThat(places.remove(id)).isSameAs(model.remove(id));
      } else if (!model.containsKey(id)) {
        Reservation reservation = reservation(id);
        places.add(reservation);
        model.put(id, reservation);
      }
    }
    for (int number = 0; number < IDS; number++) {
      RecordId id = RequestBuilder.id(number);
      assertThat(places.get(id)).isSameAs(model.get(id));
    }
  }

  @Test
  void those_that_all_belong_into_one_slot_are_found() {
    List<RecordId> ids =
        IntStream.iterate(0, number -> number + 1)
            .mapToObj(RequestBuilder::id)
            .filter(id -> (Places.hash(Places.high(id), Places.low(id)) & 1_023) == 0)
            .limit(400)
            .toList();
    Places places = new Places();
    ids.forEach(id -> places.add(reservation(id)));
    assertThat(ids).allMatch(id -> places.get(id).request().id().equals(id));
    ids.subList(0, 200).forEach(id -> assertThat(places.remove(id)).isNotNull());
    assertThat(ids.subList(0, 200)).allMatch(id -> places.get(id) == null);
    assertThat(ids.subList(200, 400)).allMatch(id -> places.get(id).request().id().equals(id));
  }

  private Reservation reservation(RecordId id) {
    Request any = request(0).build();
    Request request =
        new Request(
            id,
            any.tenant(),
            any.facts(),
            any.resources(),
            any.ports(),
            any.images(),
            any.dependencies(),
            any.hints());
    return new Reservation(request, Places.high(id), Places.low(id), 0, tenancy);
  }
}
