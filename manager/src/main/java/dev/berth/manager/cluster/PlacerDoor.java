package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where other managers ask this one, while it leads, for places. What a manager has been given and
 * not yet recorded goes back when that manager dies. Safe for any thread.
 */
public final class PlacerDoor implements ContainerRecords.Listener {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

  private final LeaderPlacer placer;

  // By the id of what was given; the value is the manager that has it.
  private final Map<String, String> given = new ConcurrentHashMap<>();

  public PlacerDoor(LeaderPlacer placer) {
    this.placer = placer;
  }

  /**
   * Answers, when the request is one of these.
   *
   * @return whether it was; if not, nothing has been done
   */
  public boolean handle(Exchange exchange) throws IOException {
    String target = exchange.request().target();
    if (!target.startsWith(PlacerWire.PREFIX)) {
      return false;
    }
    Optional<Peer> peer = exchange.certificate().filter(each -> each.role() == PeerRole.MANAGER);
    if (peer.isEmpty()) {
      answer(exchange, 403, new PlacerWire.Refused("only managers ask for places", false));
      return true;
    }
    byte[] body = exchange.body().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      answer(exchange, 413, new PlacerWire.Refused("the request is too large", false));
      return true;
    }
    try {
      answer(exchange, 200, done(target, peer.get().name(), body));
    } catch (RefusedPlacementException e) {
      answer(exchange, e.status(), new PlacerWire.Refused(e.getMessage(), e.isOverQuota()));
    } catch (NoLeaderException e) {
      answer(exchange, 503, new PlacerWire.Refused(e.getMessage(), false));
    } catch (PlacementHints.MalformedException | IllegalArgumentException e) {
      answer(exchange, 400, new PlacerWire.Refused(e.getMessage(), false));
    }
    return true;
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
        given.put(wanted.id().value(), manager);
        yield PlacerWire.Answered.of(placed.place(), placed.body());
      }
      case PlacerWire.EXPLAIN -> {
        placer.requireTerm();
        yield placer.explain(JSON.readValue(body, PlacerWire.Asked.class).wanted());
      }
      case PlacerWire.SPREAD -> {
        Map<String, Integer> loads = JSON.readValue(body, PlacerWire.Loads.class).loads();
        placer.requireTerm();
        yield PlacerWire.Answered.of(
            placer.spread(host -> loads.getOrDefault(host.value(), 0)), JSON.createObjectNode());
      }
      case PlacerWire.TAKE -> {
        PlacerWire.Thing thing = JSON.readValue(body, PlacerWire.Thing.class);
        placer.requireTerm();
        placer.take(
            new TenantId(thing.tenant()), Quantity.valueOf(thing.quantity()), thing.record());
        given.put(thing.record(), manager);
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
      case PlacerWire.RELEASE, PlacerWire.GIVE_BACK -> {
        release(JSON.readTree(body).path("id"));
        yield JSON.createObjectNode();
      }
      default -> throw new IllegalArgumentException("there is no call " + target);
    };
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
    given.forEach(
        (id, holder) -> {
          if (holder.equals(manager) && given.remove(id, manager)) {
            placer.release(new RecordId(id));
          }
        });
  }

  private static void answer(Exchange exchange, int status, Object body) throws IOException {
    exchange.respond(
        new ResponseHead(
            status,
            status == 200 ? "OK" : "Refused",
            Headers.of("Content-Type", "application/json")),
        JSON.writeValueAsBytes(body));
  }
}
