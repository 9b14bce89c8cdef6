package dev.berth.manager.http;

import static dev.berth.manager.http.Routes.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.ContainerName;
import dev.berth.common.record.HostDescriptor;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.ExecIndex;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.cluster.TenantGroups;
import dev.berth.manager.move.Separation;
import dev.berth.manager.tenant.ExecPolicy;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StrictJson;
import dev.berth.manager.tenant.TenantPolicies;
import dev.berth.manager.tenant.UpdatePolicy;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.Scope;
import dev.berth.manager.view.View;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Calls about one container, and execs in it. Creating, listing and removing are elsewhere. */
final class ContainerRoutes {
  private static final int MAX_BODY_BYTES = 256 * 1024;
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final byte[] NOTHING = {};

  private final Hosts hosts;
  private final View view;
  private final Relay relay;
  private final Containers containers;
  private final Separation separation;
  private final TenantGroups groups;
  private final ExecIndex execs;
  private final TenantPolicies policies;
  private final UpdatePolicy updates;
  private final StrictJson json;

  ContainerRoutes(
      Hosts hosts,
      View view,
      Relay relay,
      Containers containers,
      Separation separation,
      TenantGroups groups,
      ExecIndex execs,
      TenantPolicies policies,
      UpdatePolicy updates,
      StrictJson json) {
    this.hosts = hosts;
    this.view = view;
    this.relay = relay;
    this.containers = containers;
    this.separation = separation;
    this.groups = groups;
    this.execs = execs;
    this.policies = policies;
    this.updates = updates;
    this.json = json;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.addAll(lifeCycle());
    routes.addAll(lookingInside());
    routes.addAll(streams());
    routes.addAll(execs());
    return routes;
  }

  private List<Route> lifeCycle() {
    return List.of(
        container("POST", "start", "ContainerStart", Role.MEMBER, this::start),
        container("POST", "stop", "ContainerStop", Role.MEMBER, change("stop", "t", "signal")),
        container("POST", "restart", "ContainerRestart", Role.MEMBER, this::restart),
        container("POST", "kill", "ContainerKill", Role.MEMBER, change("kill", "signal")),
        container("POST", "pause", "ContainerPause", Role.MEMBER, change("pause")),
        container("POST", "unpause", "ContainerUnpause", Role.MEMBER, change("unpause")),
        container("POST", "rename", "ContainerRename", Role.MEMBER, this::rename),
        container("POST", "update", "ContainerUpdate", Role.MEMBER, this::update),
        container("POST", "wait", "ContainerWait", Role.READER, this::await));
  }

  private List<Route> lookingInside() {
    return List.of(
        container("GET", "json", "ContainerInspect", Role.READER, this::inspect),
        container("GET", "top", "ContainerTop", Role.READER, pass("top", "ps_args")),
        container("GET", "changes", "ContainerChanges", Role.READER, pass("changes")),
        container("GET", "export", "ContainerExport", Role.MEMBER, follow("export")),
        container("GET", "archive", "ContainerArchive", Role.MEMBER, follow("archive", "path")),
        container("HEAD", "archive", "ContainerArchiveInfo", Role.MEMBER, pass("archive", "path")),
        container("PUT", "archive", "PutContainerArchive", Role.MEMBER, this::putArchive));
  }

  private List<Route> streams() {
    return List.of(
        container(
            "GET",
            "logs",
            "ContainerLogs",
            Role.READER,
            follow(
                "logs",
                "follow",
                "stdout",
                "stderr",
                "since",
                "until",
                "timestamps",
                "tail",
                "details")),
        container("GET", "stats", "ContainerStats", Role.READER, this::stats),
        container("POST", "attach", "ContainerAttach", Role.MEMBER, this::attach),
        container("GET", "attach/ws", "ContainerAttachWebsocket", Role.MEMBER, this::attachWs),
        container("POST", "resize", "ContainerResize", Role.MEMBER, pass("resize", "h", "w")));
  }

  private List<Route> execs() {
    return List.of(
        container("POST", "exec", "ContainerExec", Role.MEMBER, this::createExec),
        Routes.exec("POST", "start", "ExecStart", Role.MEMBER, this::startExec),
        Routes.exec("POST", "resize", "ExecResize", Role.MEMBER, this::resizeExec),
        Routes.exec("GET", "json", "ExecInspect", Role.READER, this::inspectExec));
  }

  private static String path(Container container, String rest) {
    return "/containers/" + container.id() + "/" + rest;
  }

  private Route.ContainerHandler pass(String operation, String... parameters) {
    return (call, container) ->
        relay.pass(
            call, container, path(container, operation) + call.query().only(parameters).encoded());
  }

  private void putArchive(Call call, Container container) throws IOException {
    Query query = call.query().only("path", "noOverwriteDirNonDir", "copyUIDGID");
    requireHere(container);
    relay.passArchive(call, container, path(container, "archive") + query.encoded());
  }

  private Route.ContainerHandler follow(String operation, String... parameters) {
    return (call, container) ->
        relay.follow(
            call, container, path(container, operation) + call.query().only(parameters).encoded());
  }

  /** Passes a change on, and answers when the view has seen it. */
  private Route.ContainerHandler change(String operation, String... parameters) {
    return (call, container) -> change(call, container, operation, call.query().only(parameters));
  }

  private void change(Call call, Container container, String operation, Query query)
      throws IOException {
    HostLink host = hosts.link(container.host());
    EngineAnswer answer =
        host.call(
            "POST",
            call.enginePath(path(container, operation) + query.encoded()),
            groups.told(Headers.NONE, host.descriptor(), container.tenant()),
            NOTHING,
            Duration.ZERO);
    containers.refresh(container);
    if (answer.status() >= 400) {
      call.json(answer.status(), Relay.inOwnWords(answer.body(), call, container));
    } else {
      call.nothing(answer.status());
    }
  }

  private void start(Call call, Container container) throws IOException {
    byte[] body = Body.read(call.exchange(), MAX_BODY_BYTES);
    String text = new String(body, StandardCharsets.UTF_8).strip();
    if (!text.isEmpty() && !text.equals("{}") && !text.equals("null")) {
      throw ApiException.badRequest(
          "starting container with non-empty request body was deprecated since API v1.22"
              + " and removed in v1.24");
    }
    requireHere(container);
    if (!container.isRunning()) {
      containers.takeName(container);
    }
    change(call, container, "start", call.query().only("detachKeys"));
  }

  private void requireHere(Container container) {
    if (separation.isUnderWay(container)) {
      throw new ApiException(
          409,
          ("the container %s is on its way to another host, where it runs again if it did before:"
                  + " try again when it is there")
              .formatted(container.name()));
    }
  }

  /** One that was renamed while it ran is stopped first: only then can it take its new name. */
  private void restart(Call call, Container container) throws IOException {
    Query query = call.query().only("t", "signal");
    requireHere(container);
    if (container.networksWithOldName().isEmpty()) {
      change(call, container, "restart", query);
      return;
    }
    EngineAnswer stopped =
        hosts
            .link(container.host())
            .call(
                "POST", call.enginePath(path(container, "stop") + query.encoded()), Duration.ZERO);
    if (stopped.status() >= 400) {
      call.json(stopped.status(), Relay.inOwnWords(stopped.body(), call, container));
      return;
    }
    containers.takeName(container);
    change(call, container, "start", call.query().only());
  }

  private void rename(Call call, Container container) throws IOException {
    String name = call.query().first("name").orElse("");
    if (name.isEmpty()) {
      throw ApiException.badRequest("Neither old nor new names may be empty");
    }
    ContainerName parsed;
    try {
      parsed = ContainerName.parse(name);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(
          "Error when allocating new name: " + e.getMessage().replace("name (", "name (/"));
    }
    if (separation.isMisleading(container, parsed)) {
      throw ApiException.badRequest(
          "Error when allocating new name: names that end so are those of containers on their way"
              + " to another host; choose another than "
              + parsed);
    }
    if (parsed.equals(container.name())) {
      throw ApiException.badRequest("Renaming a container with the same name as its current name");
    }
    try {
      containers.rename(container, parsed);
    } catch (Containers.ConflictException e) {
      throw new ApiException(409, "Error when allocating new name: " + e.getMessage());
    }
    call.nothing(204);
  }

  private void update(Call call, Container container) throws IOException {
    ObjectNode asked = json.object(Body.read(call.exchange(), MAX_BODY_BYTES));
    ObjectNode body = updates.admit(asked, call.tenant());
    EngineAnswer answer;
    try {
      String target = call.enginePath(path(container, "update"));
      answer = containers.update(container, target, body, updates);
    } catch (RefusedPlacementException e) {
      throw new ApiException(e.status(), e.getMessage());
    } catch (NoLeaderException e) {
      throw new ApiException(503, e.getMessage());
    }
    containers.refresh(container);
    call.json(answer.status(), Relay.inOwnWords(answer.body(), call, container));
  }

  /**
   * Answers as the engine does, head first, and holds the result back until a removal has freed the
   * name, so that who waited for it can use the name again.
   */
  private void await(Call call, Container container) throws IOException {
    HostLink host = hosts.link(container.host());
    Query query = call.query().only("condition");
    try (HttpCall engine =
        host.begin(
            "POST",
            call.enginePath(path(container, "wait") + query.encoded()),
            Headers.of("Content-Length", "0"))) {
      call.exchange().watchClient(engine);
      ResponseHead head = host.receive(engine);
      if (head.status() >= 400) {
        byte[] error = engine.responseBody().readNBytes(MAX_BODY_BYTES);
        call.json(head.status(), Relay.inOwnWords(error, call, container));
        return;
      }
      // Not closed when this fails: a cut answer must not look whole.
      OutputStream out = call.stream(head.status(), "application/json");
      byte[] result = engine.responseBody().readNBytes(MAX_BODY_BYTES);
      if (query.first("condition").filter("removed"::equals).isPresent()) {
        containers.awaitRemoved(container);
      } else {
        containers.refresh(container);
      }
      out.write(result);
    }
  }

  private void inspect(Call call, Container container) throws IOException {
    HostLink host = hosts.link(container.host());
    String target = path(container, "json") + call.query().only("size").encoded();
    EngineAnswer answer = host.call("GET", call.enginePath(target), ANSWER);
    if (!answer.isOk()) {
      call.json(answer.status(), Relay.inOwnWords(answer.body(), call, container));
      return;
    }
    ObjectNode body = (ObjectNode) answer.json();
    Scope scope = view.in(call.tenant());
    new TenantEndpoints(
            call.tenant(),
            id ->
                scope.resolve(id) instanceof Resolution.Found(Container named)
                    ? named.name().value()
                    : id)
        .inspect(body, container);
    new TenantNames(call.tenant()).inspect(body, container, host.descriptor());
    body.set("Node", node(host.descriptor()));
    call.json(200, body);
  }

  /** Which host it is on, in the form in which classic Swarm told it. */
  private static ObjectNode node(HostDescriptor host) {
    ObjectNode node = OpenCall.JSON.createObjectNode();
    node.put("ID", host.id());
    node.put("IP", host.address());
    node.put("Addr", host.address());
    node.put("Name", host.name());
    node.put("Cpus", host.cpus());
    node.put("Memory", host.memory());
    ObjectNode labels = node.putObject("Labels");
    host.labels().forEach(labels::put);
    return node;
  }

  /** A line of JSON for each sample, in each of which the name is the tenant's. */
  private void stats(Call call, Container container) throws IOException {
    HostLink host = hosts.link(container.host());
    String target = path(container, "stats") + call.query().only("stream", "one-shot").encoded();
    HttpCall engine = host.begin("GET", call.enginePath(target), Headers.NONE);
    try (engine) {
      call.exchange().watchClient(engine);
      ResponseHead head = host.receive(engine);
      if (head.status() >= 400) {
        byte[] error = engine.responseBody().readNBytes(MAX_BODY_BYTES);
        call.json(head.status(), Relay.inOwnWords(error, call, container));
        return;
      }
      OutputStream out = call.stream(head.status(), "application/json");
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(engine.responseBody(), StandardCharsets.UTF_8));
      String line;
      while ((line = lines.readLine()) != null) {
        out.write(withOwnName(line, container));
        out.flush();
      }
    }
  }

  private static byte[] withOwnName(String line, Container container) throws IOException {
    JsonNode sample = OpenCall.JSON.readTree(line);
    if (sample instanceof ObjectNode object && object.has("name")) {
      object.put("name", "/" + container.name());
    }
    return (sample + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private void attach(Call call, Container container) throws IOException {
    Query query = call.query().only("detachKeys", "logs", "stream", "stdin", "stdout", "stderr");
    relay.hijack(call, container, path(container, "attach") + query.encoded(), NOTHING);
  }

  private void attachWs(Call call, Container container) throws IOException {
    Query query = call.query().only("detachKeys", "logs", "stream", "stdin", "stdout", "stderr");
    relay.hijack(call, container, path(container, "attach/ws") + query.encoded(), NOTHING);
  }

  private void createExec(Call call, Container container) throws IOException {
    ObjectNode body =
        ExecPolicy.admit(
            json.object(Body.read(call.exchange(), MAX_BODY_BYTES)), policies.of(call.tenant()));
    EngineAnswer answer =
        hosts
            .link(container.host())
            .call(
                "POST",
                call.enginePath(path(container, "exec")),
                OpenCall.JSON.writeValueAsBytes(body),
                ANSWER);
    if (answer.isOk()) {
      execs.remember(answer.json().path("Id").asText(), container.id());
    }
    call.json(answer.status(), Relay.inOwnWords(answer.body(), call, container));
  }

  private void startExec(Call call, Container container, String execId) throws IOException {
    ObjectNode asked = json.object(Body.read(call.exchange(), MAX_BODY_BYTES));
    ObjectNode body = OpenCall.JSON.createObjectNode();
    for (String field : List.of("Detach", "Tty", "ConsoleSize")) {
      if (asked.has(field)) {
        body.set(field, asked.get(field));
      }
    }
    relay.hijack(
        call, container, "/exec/" + execId + "/start", OpenCall.JSON.writeValueAsBytes(body));
  }

  private void resizeExec(Call call, Container container, String execId) throws IOException {
    relay.pass(
        call, container, "/exec/" + execId + "/resize" + call.query().only("h", "w").encoded());
  }

  private void inspectExec(Call call, Container container, String execId) throws IOException {
    relay.pass(call, container, "/exec/" + execId + "/json");
  }
}
