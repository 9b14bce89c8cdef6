package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.record.HostRecord;
import dev.berth.manager.cluster.HostRegister;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.move.Drains;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Showing hosts, and what operators want of them. */
public final class HostRoutes implements OpsRoutes {
  private static final int MOST_LABELS = 64;
  private static final int MOST_LABEL_CHARS = 256;
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]*");

  private final ClusterStatus status;
  private final HostRegister register;
  private final Drains drains;

  public HostRoutes(ClusterStatus status, HostRegister register, Drains drains) {
    this.status = status;
    this.register = register;
    this.drains = drains;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
            "GET",
            "/berth/v1/hosts",
            OpsRoute.ADMIN,
            "the hosts that have joined",
            _ -> OpsAnswer.ok(Map.of("hosts", status.hosts()))),
        new OpsRoute(
            "GET",
            "/berth/v1/hosts/{host}",
            OpsRoute.ADMIN,
            "a host by its id or name",
            this::show),
        new OpsRoute(
            "PUT",
            "/berth/v1/hosts/{host}",
            OpsRoute.ADMIN,
            "changes the labels of a host (null removes one) and its state: active, cordoned or"
                + " draining",
            this::update),
        new OpsRoute(
            "GET",
            "/berth/v1/hosts/{host}/drain",
            OpsRoute.ADMIN,
            "which containers would leave a host that is drained, and which stay and why",
            this::plan));
  }

  private OpsAnswer show(OpsCall call) {
    ClusterStatus.Host host = host(call);
    ObjectNode answer = (ObjectNode) OpsJson.tree(host);
    Optional<HostRecord> record = register.find(host.id());
    answer.set("ownLabels", OpsJson.tree(record.map(HostRecord::labels).orElse(Map.of())));
    record.ifPresent(
        each -> answer.put("joined", java.time.Instant.ofEpochMilli(each.joined()).toString()));
    return OpsAnswer.ok(answer);
  }

  /** By its id, its name, or the beginning of its id that no other has. */
  private ClusterStatus.Host host(OpsCall call) {
    String text = call.value("host");
    List<ClusterStatus.Host> all = status.hosts();
    List<ClusterStatus.Host> exact =
        all.stream()
            .filter(host -> host.id().value().equals(text) || host.name().equals(text))
            .toList();
    List<ClusterStatus.Host> found =
        exact.isEmpty()
            ? all.stream().filter(host -> host.id().value().startsWith(text)).toList()
            : exact;
    if (found.isEmpty()) {
      throw new OpsException(404, "there is no host %s: see 'berth host ls'".formatted(text));
    }
    if (found.size() > 1) {
      throw new OpsException(
          409, "%d hosts are called %s: give the id of one".formatted(found.size(), text));
    }
    return found.getFirst();
  }

  private OpsAnswer update(OpsCall call) throws IOException {
    OpsBody body = call.body().only("state", "labels");
    if (body.json().isEmpty()) {
      throw OpsException.badRequest("nothing is to be changed: give a state or labels");
    }
    HostId id = host(call).id();
    Optional<HostRecord.State> state = body.text("state").map(HostRoutes::state);
    JsonNode labels = body.object("labels");
    Optional<HostRecord> changed =
        register.change(
            id,
            before -> {
              HostRecord now = before.with(changed(before.labels(), labels));
              return state.map(wanted -> now.in(after(now.state(), wanted))).orElse(now);
            });
    if (changed.isEmpty()) {
      throw new OpsException(404, "the host is just being removed");
    }
    return show(call);
  }

  /** One that is empty already is not emptied again. */
  private static HostRecord.State after(HostRecord.State now, HostRecord.State wanted) {
    return now == HostRecord.State.DRAINED && wanted == HostRecord.State.DRAINING ? now : wanted;
  }

  private static HostRecord.State state(String word) {
    return Arrays.stream(HostRecord.State.values())
        .filter(state -> state != HostRecord.State.DRAINED)
        .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                OpsException.badRequest(
                    "a host cannot be made \"%s\": use active, cordoned or draining"
                        .formatted(word)));
  }

  private static Map<String, String> changed(Map<String, String> before, JsonNode asked) {
    Map<String, String> labels = new HashMap<>(before);
    for (var label : asked.properties()) {
      String name = label.getKey();
      if (label.getValue().isNull()) {
        labels.remove(name);
        continue;
      }
      String value = label.getValue().asText();
      if (!LABEL.matcher(name).matches()
          || name.length() > MOST_LABEL_CHARS
          || value.length() > MOST_LABEL_CHARS
          || !label.getValue().isTextual()
          || value.chars().anyMatch(Character::isISOControl)) {
        throw OpsException.badRequest(
            "the label \"%s\" cannot be given: use letters, digits, dots, hyphens and slashes for"
                    .formatted(name)
                + " its name, and up to 256 characters for its value");
      }
      labels.put(name, value);
    }
    if (labels.size() > MOST_LABELS) {
      throw OpsException.badRequest("a host has at most %d labels".formatted(MOST_LABELS));
    }
    return labels;
  }

  private OpsAnswer plan(OpsCall call) throws IOException {
    ClusterStatus.Host host = host(call);
    try {
      return OpsAnswer.ok(
          Map.of("id", host.id(), "state", host.state(), "containers", drains.plan(host.id())));
    } catch (NoLeaderException e) {
      throw new OpsException(503, e.getMessage());
    }
  }
}
