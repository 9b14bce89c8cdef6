package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.Network;
import dev.berth.manager.view.Scope;
import dev.berth.manager.view.View;
import dev.berth.manager.view.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Guesses what a tenant makes to use it together. Volumes and networks are on one host each, and a
 * container needs all of its own on the same: what belongs to one project of Compose is kept
 * together, and so is what was made lately one after the other and nothing uses yet.
 */
final class Companions {
  private static final String PROJECT = "com.docker.compose.project";

  /** A script that makes a network and a volume for a container is through by then. */
  private static final Duration LATELY = Duration.ofMinutes(10);

  /** A volume or a network. */
  private record Thing(HostId host, Instant created, JsonNode labels) {
    static Thing of(Volume volume) {
      return new Thing(
          volume.host(),
          Instant.ofEpochMilli(volume.record().created()),
          volume.json().path("Labels"));
    }

    static Thing of(Network.Own network) {
      return new Thing(
          network.host(), Instant.ofEpochMilli(network.record().created()), network.labels());
    }

    String project() {
      return labels.path(PROJECT).asText("");
    }
  }

  private final View view;
  private final InstantSource clock;

  Companions(View view, InstantSource clock) {
    this.view = view;
    this.clock = clock;
  }

  /**
   * The hosts of what goes with a new object that has these labels, that of the newest first.
   * Whether one takes anything new is for the placer to say.
   */
  List<HostId> hostsFor(TenantId tenant, Map<String, String> labels) {
    Scope scope = view.in(tenant);
    String project = labels.getOrDefault(PROJECT, "");
    Stream<Thing> companions =
        project.isEmpty()
            ? things(scope.unusedVolumes(Filters.NONE), scope.unusedNetworks(Filters.NONE))
                .filter(thing -> thing.project().isEmpty())
                .filter(thing -> thing.created().isAfter(clock.instant().minus(LATELY)))
            : things(scope.volumes(Filters.NONE), scope.networks(Filters.NONE))
                .filter(thing -> thing.project().equals(project));
    return companions
        .sorted(Comparator.comparing(Thing::created).reversed())
        .map(Thing::host)
        .distinct()
        .toList();
  }

  private static Stream<Thing> things(List<Volume> volumes, List<? extends Network> networks) {
    return Stream.concat(
        volumes.stream().map(Thing::of),
        networks.stream()
            .filter(Network.Own.class::isInstance)
            .map(Network.Own.class::cast)
            .map(Thing::of));
  }
}
