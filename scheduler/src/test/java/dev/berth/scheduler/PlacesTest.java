package dev.berth.scheduler;

import static dev.berth.scheduler.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PlacesTest {
  private static final int STEPS = 3_000;
  private static final int IDS = 300;

  private final HostState host = new HostState(new HostId("h1"), 0);
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
    return new Reservation(request, Places.high(id), Places.low(id), host, tenancy);
  }
}
