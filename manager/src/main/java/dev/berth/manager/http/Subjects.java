package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Network;
import dev.berth.manager.view.NetworkResolution;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import dev.berth.manager.view.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Tells the audit log what a call is about. */
final class Subjects {
  private static final Set<String> MAKING =
      Set.of("ContainerCreate", "NetworkCreate", "VolumeCreate", "ImageCommit");

  private static final String RENAME = "ContainerRename";

  private final View view;
  private final Function<HostId, String> hostNames;

  Subjects(View view, Function<HostId, String> hostNames) {
    this.view = view;
    this.hostNames = hostNames;
  }

  /** What the client calls it; nothing from which a secret could come. */
  static Optional<String> named(Route route, OpenCall call) {
    Query query = call.query();
    return switch (route.action()) {
      case "ContainerCreate" -> query.first("name");
      case RENAME -> call.reference().map(old -> old + " to " + query.first("name").orElse(""));
      case "ImageCreate" ->
          query
              .first("fromImage")
              .map(image -> image + query.first("tag").map(tag -> separator(tag) + tag).orElse(""))
              .or(() -> query.first("repo"));
      case "ImageBuild" -> query.first("t");
      case "ImageCommit" -> query.first("container");
      default -> call.reference().or(() -> call.find("id"));
    };
  }

  private static String separator(String tag) {
    return tag.contains(":") ? "@" : tag.isEmpty() ? "" : ":";
  }

  /** A container by its name, whatever part of its id the client gave. */
  Container found(Route route, Call call, Container container) {
    if (!route.action().equals(RENAME)) {
      call.trace().object(container.name().value());
    }
    call.trace().found(container.id().value(), hostNames.apply(container.host()));
    return container;
  }

  Network found(Call call, Network network) {
    call.trace().object(network.name());
    call.trace()
        .found(network.id(), network instanceof Network.Own own ? hostNames.apply(own.host()) : "");
    return network;
  }

  Volume found(Call call, Volume volume) {
    call.trace().found("", hostNames.apply(volume.host()));
    return volume;
  }

  /** A call that makes something tells its id, and often its name, in the answer. */
  void lookAtResult(Route route, Call call) {
    if (MAKING.contains(route.action())) {
      call.trace().lookAtResult(body -> made(route, call, body));
    }
  }

  private void made(Route route, Call call, byte[] body) {
    JsonNode answer;
    try {
      answer = OpenCall.JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String name = answer.path("Name").asText();
    if (!name.isEmpty()) {
      call.trace().object(name);
      view.in(call.tenant()).volume(name).ifPresent(volume -> found(call, volume));
      return;
    }
    String id = answer.path("Id").asText();
    call.trace().found(id, "");
    if (view.in(call.tenant()).resolve(id) instanceof Resolution.Found(Container container)) {
      found(route, call, container);
    } else if (view.in(call.tenant()).network(id)
        instanceof NetworkResolution.Found(Network network)) {
      found(call, network);
    }
  }
}
