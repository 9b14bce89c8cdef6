package dev.berth.manager.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What managers say to the one that leads, as JSON. While a cluster is upgraded they are of two
 * versions: a field that a version adds is passed over by a reader that does not know it from then
 * on, and is left out while it says nothing, for one that does not pass over.
 */
final class PlacerWire {
  static final String PREFIX = "/placer/";
  static final String PLACE = PREFIX + "place";
  static final String EXPLAIN = PREFIX + "explain";
  static final String TOGETHER = PREFIX + "together";
  static final String SPREAD = PREFIX + "spread";
  static final String RELEASE = PREFIX + "release";
  static final String TAKE = PREFIX + "take";
  static final String GIVE_BACK = PREFIX + "give-back";
  static final String RESIZE = PREFIX + "resize";
  static final String UPDATED = PREFIX + "updated";
  static final String HELD = PREFIX + "held";

  static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private PlacerWire() {}

  record Asked(
      String kind,
      String id,
      String tenant,
      String name,
      JsonNode body,
      List<String> hints,
      List<String> boundTo,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String replaced) {

    Asked {
      // An older manager says nothing of it.
      replaced = replaced == null ? "" : replaced;
    }

    static Asked of(Placer.Wanted wanted) {
      return new Asked(
          wanted.kind().name(),
          wanted.id().value(),
          wanted.tenant().value(),
          wanted.name(),
          wanted.body(),
          wanted.hints().texts(),
          wanted.boundTo().stream().map(HostId::value).toList(),
          wanted.replaced().map(RecordId::value).orElse(""));
    }

    Placer.Wanted wanted() throws PlacementHints.MalformedException {
      return new Placer.Wanted(
          Placer.Kind.valueOf(kind),
          new RecordId(id),
          new TenantId(tenant),
          name,
          (ObjectNode) body,
          PlacementHints.of(hints),
          boundTo.stream().map(HostId::new).collect(Collectors.toSet()),
          replaced.isEmpty() ? Optional.empty() : Optional.of(new RecordId(replaced)));
    }
  }

  record Answered(String host, long epoch, JsonNode body) {
    static Answered of(Placer.Place place, JsonNode body) {
      return new Answered(place.host().value(), place.epoch().value(), body);
    }

    Placer.Place place() {
      return new Placer.Place(new HostId(host), new Epoch(epoch));
    }
  }

  record Several(List<Asked> asked, String except) {}

  /** No host when none can have them. */
  record Chosen(String host) {}

  record Loads(
      String tenant,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> wished,
      Map<String, Integer> loads) {

    Loads {
      // An older manager says nothing of it.
      wished = wished == null ? List.of() : wished;
    }
  }

  record Thing(String tenant, String quantity, String record) {}

  /**
   * What a manager was given and is still about.
   *
   * @param ids of what will be recorded
   * @param builds which have no record
   */
  record Held(List<String> ids, List<Build> builds) {}

  record Build(Asked asked, String host) {}

  record Sized(String id, JsonNode body) {}

  /** Why it was not done: 409 or 403 for good, 503 for now. */
  record Refused(String message, boolean overQuota) {}
}
