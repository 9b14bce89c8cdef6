package dev.berth.manager.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.berth.common.id.HostId;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Images that hosts have. */
final class ImageRoutes {
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final Hosts hosts;
  private final View view;

  ImageRoutes(Hosts hosts, View view) {
    this.hosts = hosts;
    this.view = view;
  }

  List<Route> routes() {
    return List.of(
        Routes.tenant(
            "GET",
            "/images/json",
            "ImageList",
            Role.READER,
            "of all hosts, each image once",
            this::list),
        Routes.tenant(
            "GET",
            "/images/{name...}/json",
            "ImageInspect",
            Role.READER,
            "from a host that has it",
            call -> ask(call, "json")),
        Routes.tenant(
            "GET",
            "/images/{name...}/history",
            "ImageHistory",
            Role.READER,
            "from a host that has it",
            call -> ask(call, "history")));
  }

  private void list(Call call) throws IOException {
    boolean all = call.query().flag("all");
    ArrayNode images = OpenCall.JSON.createArrayNode();
    view.images().stream()
        .filter(image -> all || !image.path("RepoTags").isEmpty())
        .forEach(images::add);
    call.json(200, images);
  }

  private void ask(Call call, String question) throws IOException {
    String name = call.value("name");
    Set<HostId> having = view.imageHosts(name);
    for (HostId host : having) {
      EngineAnswer answer =
          hosts.link(host).call("GET", call.enginePath("/images/" + name + "/" + question), ANSWER);
      call.json(answer.status(), answer.body());
      return;
    }
    throw ApiException.noSuchImage(name);
  }
}
