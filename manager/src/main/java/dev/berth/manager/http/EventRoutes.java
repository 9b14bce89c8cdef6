package dev.berth.manager.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.view.EventQuery;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.Filters;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The events of the tenant's own objects, from all hosts. */
final class EventRoutes {
  private static final long LOOK_AROUND_MILLIS = 500;

  private final Events events;
  private final InstantSource clock;

  EventRoutes(Events events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Routes.tenant(
            "GET",
            "/events",
            "SystemEvents",
            Role.READER,
            "of all hosts, of the tenant's own objects",
            this::events));
  }

  private void events(Call call) throws IOException {
    EventQuery query = query(call);
    try (Events.Subscription subscription = events.subscribe(call.tenant(), query)) {
      call.exchange().watchClient(subscription);
      try (OutputStream out = call.stream(200, "application/json")) {
        follow(call, query, subscription, out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private EventQuery query(Call call) {
    Instant now = clock.instant();
    try {
      return new EventQuery(
          EventQuery.moment(call.query().first("since").orElse(""), now),
          EventQuery.moment(call.query().first("until").orElse(""), now),
          Filters.parse(call.query().first("filters").orElse(""), EventQuery.KNOWN));
    } catch (Filters.InvalidFilterException e) {
      throw ApiException.badRequest(e.getMessage());
    }
  }

  private void follow(
      Call call, EventQuery query, Events.Subscription subscription, OutputStream out)
      throws IOException, InterruptedException {
    while (!call.exchange().isClientGone() && !subscription.hasFallenBehind()) {
      long left =
          query
              .until()
              .map(until -> Duration.between(clock.instant(), until).toMillis())
              .orElse(Long.MAX_VALUE);
      Optional<ObjectNode> event = subscription.next(Math.min(left, LOOK_AROUND_MILLIS));
      if (event.isPresent()) {
        call.events().next();
        out.write((event.get() + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      } else if (left <= 0) {
        return;
      }
    }
  }
}
