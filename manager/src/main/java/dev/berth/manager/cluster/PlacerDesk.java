package dev.berth.manager.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives places to other managers while this one leads. What a manager has been given and not yet
 * recorded goes back when that manager dies, or has not spoken of it for a while. Safe for any
 * thread.
 */
public final class PlacerDesk implements ContainerRecords.Listener, Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(PlacerDesk.class);
  private static final JsonMapper JSON = PlacerWire.JSON;
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;

  /** What the path of each of these calls begins with. */
  public static final String PREFIX = PlacerWire.PREFIX;

  /**
   * What goes back.
   *
   * @param body JSON
   */
  public record Answer(int status, String body) {}

  /** A manager says every {@link ForwardingPlacer#REMINDER} what it is still about. */
  static final Duration UNSPOKEN = Duration.ofMinutes(5);

  /** What a manager has, and when it last spoke of it. */
  private record Given(String manager, Instant spoken) {}

  private final LeaderPlacer placer;
  private final InstantSource clock;

  // By their paths.
  private final Map<String, LeaderAnswer> answers = new ConcurrentHashMap<>();

  // By the id of what was given.
  private final Map<String, Given> given = new ConcurrentHashMap<>();

  public PlacerDesk(LeaderPlacer placer, InstantSource clock) {
    this.placer = placer;
    this.clock = clock;
  }

  /**
   * Answers other questions, too, than for places.
   *
   * @param target their path, which begins as all do
   */
  public void serve(String target, LeaderAnswer answer) {
    answers.put(target, answer);
  }

  /**
   * Answers a call.
   *
   * @param target its path
   * @param manager who asks
   */
  public Answer answer(String target, String manager, byte[] body) throws IOException {
    try {
      return answer(OK, done(target, manager, body));
    } catch (RefusedPlacementException e) {
      return answer(e.status(), new PlacerWire.Refused(e.getMessage(), e.isOverQuota()));
    } catch (NoLeaderException e) {
      return refusal(UNAVAILABLE, e.getMessage());
    } catch (PlacementHints.MalformedException | IllegalArgumentException e) {
      return refusal(BAD_REQUEST, e.getMessage());
    } catch (JsonProcessingException e) {
      return refusal(
          BAD_REQUEST,
          "the managers do not understand each other: run the same version of all ("
              + e.getOriginalMessage()
              + ")");
    }
  }

  /** An answer that says no more than why. */
  public static Answer refusal(int status, String message) throws IOException {
    return answer(status, new PlacerWire.Refused(message, false));
  }

  private static Answer answer(int status, Object body) throws IOException {
    return new Answer(status, JSON.writeValueAsString(body));
  }

  private Object done(String target, String manager, byte[] body)
      throws IOException,
          RefusedPlacementException,
          NoLeaderException,
          PlacementHints.MalformedException {
    return switch (target) {
      case PlacerWire.PLACE -> {
        Placer.Wanted wanted = JSON.readValue(body, PlacerWire.Asked.class).wanted();
        placer.requireTerm();
        Placer.Placed placed = placer.place(wanted);
        give(wanted.id().value(), manager);
        yield PlacerWire.Answered.of(placed.place(), placed.body());
      }
      case PlacerWire.EXPLAIN -> {
        placer.requireTerm();
        yield placer.explain(JSON.readValue(body, PlacerWire.Asked.class).wanted());
      }
      case PlacerWire.TOGETHER -> {
        PlacerWire.Several several = JSON.readValue(body, PlacerWire.Several.class);
        List<Placer.Wanted> wanted = new ArrayList<>();
        for (PlacerWire.Asked asked : several.asked()) {
          wanted.add(asked.wanted());
        }
        placer.requireTerm();
        yield new PlacerWire.Chosen(
            placer.together(wanted, new HostId(several.except())).map(HostId::value).orElse(""));
      }
      case PlacerWire.SPREAD -> {
        PlacerWire.Loads loads = JSON.readValue(body, PlacerWire.Loads.class);
        placer.requireTerm();
        yield PlacerWire.Answered.of(
            placer.spread(
                new TenantId(loads.tenant()),
                loads.wished().stream().map(HostId::new).toList(),
                loads.loads()),
            JSON.createObjectNode());
      }
      case PlacerWire.TAKE -> {
        PlacerWire.Thing thing = JSON.readValue(body, PlacerWire.Thing.class);
        placer.requireTerm();
        placer.take(
            new TenantId(thing.tenant()), Quantity.valueOf(thing.quantity()), thing.record());
        give(thing.record(), manager);
        yield JSON.createObjectNode();
      }
      case PlacerWire.RESIZE -> {
        PlacerWire.Sized sized = JSON.readValue(body, PlacerWire.Sized.class);
        placer.requireTerm();
        placer.resize(new RecordId(sized.id()), (ObjectNode) sized.body());
        yield JSON.createObjectNode();
      }
      case PlacerWire.UPDATED -> {
        PlacerWire.Sized sized = JSON.readValue(body, PlacerWire.Sized.class);
        placer.updated(new RecordId(sized.id()), (ObjectNode) sized.body());
        yield JSON.createObjectNode();
      }
      case PlacerWire.HELD -> {
        PlacerWire.Held held = JSON.readValue(body, PlacerWire.Held.class);
        placer.requireTerm();
        for (PlacerWire.Build build : held.builds()) {
          Placer.Wanted wanted = build.asked().wanted();
          placer.hold(wanted, new HostId(build.host()));
          give(wanted.id().value(), manager);
        }
        for (String id : held.ids()) {
          given.computeIfPresent(id, (_, _) -> new Given(manager, clock.instant()));
        }
        yield JSON.createObjectNode();
      }
      case PlacerWire.RELEASE, PlacerWire.GIVE_BACK -> {
        release(JSON.readTree(body).path("id"));
        yield JSON.createObjectNode();
      }
      default -> {
        LeaderAnswer answer = answers.get(target);
        if (answer == null) {
          throw new IllegalArgumentException("there is no call " + target);
        }
        placer.requireTerm();
        yield answer.to(JSON.readTree(body));
      }
    };
  }

  private void give(String id, String manager) {
    given.put(id, new Given(manager, clock.instant()));
  }

  private void release(JsonNode id) {
    given.remove(id.asText());
    placer.release(new RecordId(id.asText()));
  }

  /** From here on its record says that it is there. */
  @Override
  public void recordPut(ContainerRecord record) {
    given.remove(record.id());
  }

  @Override
  public void recordRemoved(ContainerRecord record) {
    given.remove(record.id());
  }

  /** The same for the record of a volume or network. */
  public void recorded(String id) {
    given.remove(id);
  }

  /** Takes back what a manager had been given and did not come to record. */
  public void managerLeft(String manager) {
    takeBack(held -> held.manager().equals(manager));
  }

  /** Takes back what no manager speaks of any more. */
  @Override
  public void keep(Epoch term, Predicate<HostId> isFenced) {
    Instant last = clock.instant().minus(UNSPOKEN);
    takeBack(held -> held.spoken().isBefore(last));
  }

  private void takeBack(Predicate<Given> which) {
    given.forEach(
        (id, held) -> {
          if (which.test(held) && given.remove(id, held)) {
            placer.takeBack(new RecordId(id));
            LOG.atInfo()
                .addKeyValue("id", id)
                .addKeyValue("manager", held.manager())
                .log("taken back what was given and not recorded");
          }
        });
  }
}
