package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.record.HostRecord;
import dev.berth.manager.cluster.HostRegister;
import dev.berth.manager.cluster.HostRemoval;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.move.Drains;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Showing hosts, and what operators want of them. */
public final class HostRoutes implements OpsRoutes {
  private static final int MOST_NAMED = 5;

  private static final String STATES =
      "pending, healthy, unreachable, cordoned, draining, drained or revoked";

  private static final OpsShape.Fields HOST =
      OpsShape.named(
          "Host",
          OpsPart.always("id", OpsShape.Plain.TEXT, "the name in its certificate"),
          OpsPart.always("name", OpsShape.Plain.TEXT, "what people call it"),
          OpsPart.always("state", OpsShape.Plain.TEXT, STATES),
          OpsPart.always(
              "trouble",
              OpsShape.Plain.TEXT,
              "why one that says that it is there does not answer, in a sentence; else empty"),
          OpsPart.always("address", OpsShape.Plain.TEXT, "empty while it does not answer"),
          OpsPart.always(
              "engineVersion",
              OpsShape.Plain.TEXT,
              "of its Docker Engine; empty for a host that this manager has not seen"),
          OpsPart.always(
              "cpus",
              OpsShape.Plain.NUMBER,
              "cores of the machine; 0 for a host that this manager has not seen"),
          OpsPart.always(
              "reservedCpus", OpsShape.Plain.AMOUNT, "cores that its containers have reserved"),
          OpsPart.always(
              "memory",
              OpsShape.Plain.NUMBER,
              "bytes of the machine; 0 for a host that this manager has not seen"),
          OpsPart.always(
              "reservedMemory", OpsShape.Plain.NUMBER, "bytes that its containers have reserved"),
          OpsPart.always("containers", OpsShape.Plain.NUMBER, "how many are on it"),
          OpsPart.always(
              "resources",
              OpsShape.mapOf(
                  OpsShape.named(
                      "HostStock",
                      OpsPart.always("total", OpsShape.Plain.NUMBER, "how much it has"),
                      OpsPart.always(
                          "reserved",
                          OpsShape.Plain.NUMBER,
                          "how much of it containers have reserved"))),
              "what its label berth.resources says that it has, by kind: single things or bytes"),
          OpsPart.always(
              "labels",
              OpsShape.mapOf(OpsShape.Plain.TEXT),
              "the engine's and, over them, those that operators gave it"));

  private static final OpsShape.Fields HOST_IN_DETAIL =
      HOST.and(
          "HostInDetail",
          OpsPart.always(
              "ownLabels",
              OpsShape.mapOf(OpsShape.Plain.TEXT),
              "the labels that operators gave it"),
          OpsPart.sometimes("joined", OpsShape.Plain.MOMENT, "when it came into the cluster"));

  private final ClusterStatus status;
  private final HostRegister register;
  private final Drains drains;
  private final HostRemoval removal;

  public HostRoutes(
      ClusterStatus status, HostRegister register, Drains drains, HostRemoval removal) {
    this.status = status;
    this.register = register;
    this.drains = drains;
    this.removal = removal;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
                "GET",
                "/berth/v1/hosts",
                OpsRoute.ADMIN,
                "the hosts that have joined",
                _ -> OpsAnswer.ok(Map.of("hosts", status.hosts())))
            .answering(OpsPart.always("hosts", OpsShape.listOf(HOST), "in the order of their ids")),
        new OpsRoute(
                "GET",
                "/berth/v1/hosts/{host}",
                OpsRoute.ADMIN,
                "a host by its id or name",
                this::show)
            .answering(HOST_IN_DETAIL),
        new OpsRoute(
                "PUT",
                "/berth/v1/hosts/{host}",
                OpsRoute.ADMIN,
                "changes the labels of a host (null removes one) and its state: active, cordoned or"
                    + " draining",
                this::update)
            .taking(
                OpsField.optional("state", OpsField.Type.TEXT, "active, cordoned or draining"),
                OpsField.optional(
                    "labels", OpsField.Type.TREE, "labels by their names; null takes one away"))
            .answering(HOST_IN_DETAIL),
        new OpsRoute(
                "POST",
                "/berth/v1/hosts/{host}/revoke",
                OpsRoute.ADMIN,
                "shuts a host out, at once and for good; what it had is shown as on one that is down",
                this::revoke)
            .answering(HOST_IN_DETAIL),
        new OpsRoute(
                "DELETE",
                "/berth/v1/hosts/{host}",
                OpsRoute.ADMIN,
                "removes a host that is drained, or with force=true any, and what it has",
                this::remove)
            .asking(
                OpsField.optional(
                    "force", OpsField.Type.FLAG, "any host, and what it has is given up"))
            .answering(
                OpsPart.always("id", OpsShape.Plain.TEXT, "of the host that was removed"),
                OpsPart.always("name", OpsShape.Plain.TEXT, "of the host that was removed"),
                OpsPart.always(
                    "lost",
                    OpsShape.listOf(
                        OpsShape.fields(
                            OpsPart.always(
                                "kind", OpsShape.Plain.TEXT, "container, volume, network or image"),
                            OpsPart.always("tenant", OpsShape.Plain.TEXT, "whose it was"),
                            OpsPart.always(
                                "name", OpsShape.Plain.TEXT, "what its tenant called it"))),
                    "what tenants had there and nowhere else")),
        new OpsRoute(
                "GET",
                "/berth/v1/hosts/{host}/drain",
                OpsRoute.ADMIN,
                "which containers would leave a host that is drained, and which stay and why",
                this::plan)
            .answering(
                OpsPart.always("id", OpsShape.Plain.TEXT, "of the host"),
                OpsPart.always("state", OpsShape.Plain.TEXT, STATES),
                OpsPart.always(
                    "containers",
                    OpsShape.listOf(
                        OpsShape.fields(
                            OpsPart.always("tenant", OpsShape.Plain.TEXT, "whose it is"),
                            OpsPart.always("name", OpsShape.Plain.TEXT, "what its tenant calls it"),
                            OpsPart.always(
                                "isRunning",
                                OpsShape.Plain.FLAG,
                                "whether it would be stopped and started again"),
                            OpsPart.always(
                                "why", OpsShape.Plain.TEXT, "why it stays; empty when it goes"))),
                    "those on it, and those that are on their way from it")));
  }

  private OpsAnswer show(OpsCall call) {
    ClusterStatus.Host host = host(call);
    ObjectNode answer = (ObjectNode) OpsJson.tree(host);
    Optional<HostRecord> record = register.find(host.id());
    answer.set("ownLabels", OpsJson.tree(record.map(HostRecord::labels).orElse(Map.of())));
    record.ifPresent(each -> answer.put("joined", Instant.ofEpochMilli(each.joined()).toString()));
    return OpsAnswer.ok(answer);
  }

  /** By its id, its name, or the beginning of its id that no other has; to look at alone. */
  private ClusterStatus.Host host(OpsCall call) {
    String text = call.value("host");
    List<ClusterStatus.Host> exact = called(text);
    return only(
        text,
        exact.isEmpty()
            ? status.hosts().stream().filter(host -> host.id().value().startsWith(text)).toList()
            : exact);
  }

  /**
   * By its whole id or its name. An id begins with the name that its host came by: the beginning of
   * one is also the name of a host that has gone, which must not stand for another.
   */
  private ClusterStatus.Host hostToChange(OpsCall call) {
    String text = call.value("host");
    ClusterStatus.Host host = only(text, called(text));
    call.trace().found(host.id().value(), host.name());
    return host;
  }

  private List<ClusterStatus.Host> called(String text) {
    return status.hosts().stream()
        .filter(host -> host.id().value().equals(text) || host.name().equals(text))
        .toList();
  }

  private static ClusterStatus.Host only(String text, List<ClusterStatus.Host> found) {
    if (found.isEmpty()) {
      throw new OpsException(
          404,
          "there is no host %s: see 'berth host ls', and give its name or its whole id"
              .formatted(text));
    }
    if (found.size() > 1) {
      throw new OpsException(
          409, "%d hosts are called %s: give the id of one".formatted(found.size(), text));
    }
    return found.getFirst();
  }

  private OpsAnswer update(OpsCall call) throws IOException {
    OpsBody body = call.body();
    if (body.json().isEmpty()) {
      throw OpsException.badRequest("nothing is to be changed: give a state or labels");
    }
    HostId id = hostToChange(call).id();
    Optional<HostRecord.State> state = body.text("state").map(HostRoutes::state);
    JsonNode labels = body.object("labels");
    Optional<HostRecord> changed =
        register.change(
            id,
            before -> {
              if (!before.isMember()) {
                throw new OpsException(
                    409,
                    "the host %s is revoked for good: remove it, and let the machine join anew"
                        .formatted(before.name()));
              }
              HostRecord now = before.with(HostLabels.changed(before.labels(), labels));
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
        .filter(state -> state != HostRecord.State.DRAINED && state != HostRecord.State.REVOKED)
        .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                OpsException.badRequest(
                    "a host cannot be made \"%s\": use active, cordoned or draining"
                        .formatted(word)));
  }

  private OpsAnswer revoke(OpsCall call) throws IOException {
    if (!removal.revoke(hostToChange(call).id())) {
      throw new OpsException(404, "the host is just being removed");
    }
    return show(call);
  }

  private OpsAnswer remove(OpsCall call) throws IOException {
    ClusterStatus.Host host = hostToChange(call);
    HostRecord.State state =
        register.find(host.id()).map(HostRecord::state).orElse(HostRecord.State.REVOKED);
    List<HostRemoval.Belonging> belongings = removal.belongings(host.id());
    if (!call.query().isYes("force")) {
      if (state != HostRecord.State.DRAINED && state != HostRecord.State.REVOKED) {
        throw new OpsException(
            409,
            ("the host %s is not drained: see 'berth host drain %s', or remove it with force and"
                    + " lose what it has")
                .formatted(host.name(), host.name()));
      }
      if (!belongings.isEmpty()) {
        throw new OpsException(
            409,
            "the host %s still has %s: remove them, or remove the host with force and lose them"
                .formatted(host.name(), words(belongings)));
      }
    }
    removal.remove(host.id());
    return OpsAnswer.ok(Map.of("id", host.id(), "name", host.name(), "lost", belongings));
  }

  private static String words(List<HostRemoval.Belonging> belongings) {
    String first =
        belongings.stream()
            .limit(MOST_NAMED)
            .map(each -> "the %s %s of %s".formatted(each.kind(), each.name(), each.tenant()))
            .collect(Collectors.joining(", "));
    int more = belongings.size() - MOST_NAMED;
    return more > 0 ? "%s and %d more".formatted(first, more) : first;
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
