package dev.berth.manager.ops;

import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.manager.monitor.FleetEvent;
import dev.berth.manager.monitor.FleetEvents;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/** What happens to hosts, for operators. */
public final class FleetEventRoutes implements OpsRoutes {
  private static final Set<String> TYPES = Set.of(FleetEvent.HOST, FleetEvent.PRESSURE);
  private static final int FOLLOWERS = 32;
  private static final long LOOK_AROUND_MILLIS = 500;

  private static final OpsShape.Fields EVENT =
      OpsShape.named(
          "HostEvent",
          OpsPart.always("time", OpsShape.Plain.MOMENT, "when this manager saw it"),
          OpsPart.always(
              "type", OpsShape.Plain.TEXT, "host for its state, pressure for its memory and disk"),
          OpsPart.always(
              "action",
              OpsShape.Plain.TEXT,
              "the state that it has now, joined, removed, or the level of pressure"),
          OpsPart.always("host", OpsShape.Plain.TEXT, "the id of the host"),
          OpsPart.always("name", OpsShape.Plain.TEXT, "what people call it"),
          OpsPart.always(
              "detail",
              OpsShape.Plain.TEXT,
              "more for people, as memory 91 %; empty when there is none"));

  private final FleetEvents events;
  private final InstantSource clock;
  private final Semaphore followers = new Semaphore(FOLLOWERS);

  public FleetEventRoutes(FleetEvents events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
                "GET",
                "/berth/v1/events",
                OpsRoute.ADMIN,
                "what happened to hosts while this manager ran",
                this::read)
            .asking(
                OpsField.optional(
                    "since",
                    OpsField.Type.TEXT,
                    "from then on: a time as 2026-01-31T12:00:00Z, or how long ago as 10m"),
                OpsField.optional("until", OpsField.Type.TEXT, "until then, in the same forms"),
                OpsField.optional("type", OpsField.Type.TEXT, "host or pressure"),
                OpsField.optional(
                    "host", OpsField.Type.TEXT, "events of this host alone, by its id or name"),
                OpsField.optional(
                    "follow", OpsField.Type.FLAG, "new ones as they come, a line of JSON each"))
            .answering(OpsPart.always("events", OpsShape.listOf(EVENT), "the oldest first")));
  }

  private OpsAnswer read(OpsCall call) throws IOException {
    OpsQuery query = call.query();
    Predicate<FleetEvent> wanted = wanted(query);
    if (!query.isYes("follow")) {
      return OpsAnswer.ok(Map.of("events", events.past(wanted)));
    }
    if (!followers.tryAcquire()) {
      throw new OpsException(
          429, "%d clients follow the events already: end one".formatted(FOLLOWERS));
    }
    try {
      follow(call, wanted);
    } finally {
      followers.release();
    }
    return OpsAnswer.given();
  }

  private Predicate<FleetEvent> wanted(OpsQuery query) {
    Optional<Instant> since = query.moment("since", clock);
    Optional<Instant> until = query.moment("until", clock);
    Optional<String> type = query.text("type");
    Optional<String> host = query.text("host");
    if (type.isPresent() && !TYPES.contains(type.get())) {
      throw OpsException.badRequest("\"type\" must be host or pressure");
    }
    return event ->
        since.filter(event.time()::isBefore).isEmpty()
            && until.filter(event.time()::isAfter).isEmpty()
            && type.filter(each -> !each.equals(event.type())).isEmpty()
            && host.filter(each -> !each.equals(event.name()) && !each.equals(event.host().value()))
                .isEmpty();
  }

  private void follow(OpsCall call, Predicate<FleetEvent> wanted) throws IOException {
    try (FleetEvents.Tail tail = events.follow(wanted)) {
      call.exchange().watchClient(tail);
      ResponseHead head =
          new ResponseHead(
              200,
              OpsReason.of(200),
              Headers.of("Content-Type", "application/x-ndjson", "Cache-Control", "no-store"));
      try (OutputStream out = call.exchange().stream(head)) {
        for (FleetEvent event : tail.past()) {
          write(out, OpsJson.tree(event).toString());
        }
        out.flush();
        follow(call, tail, out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void follow(OpsCall call, FleetEvents.Tail tail, OutputStream out)
      throws IOException, InterruptedException {
    while (!call.exchange().isClientGone()) {
      Optional<FleetEvent> event = tail.next(LOOK_AROUND_MILLIS);
      if (event.isPresent()) {
        write(out, OpsJson.tree(event.get()).toString());
        out.flush();
      } else if (tail.hasFallenBehind()) {
        write(out, "{\"end\":\"events were read too slowly, and some were left out: ask again\"}");
        return;
      }
    }
  }

  private static void write(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
