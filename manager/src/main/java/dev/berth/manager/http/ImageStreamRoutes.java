package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Labels;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.image.ImageException;
import dev.berth.manager.image.Images;
import dev.berth.manager.image.Progress;
import dev.berth.manager.tenant.LabelRules;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StrictJson;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How images come into a tenant's store and leave it: registries, archives and containers. */
final class ImageStreamRoutes {
  private static final int MAX_BODY_BYTES = 256 * 1024;
  private static final String AUTH = "X-Registry-Auth";

  private final View view;
  private final Images images;
  private final MeasuredQuota quota;
  private final StrictJson json;

  ImageStreamRoutes(View view, Images images, MeasuredQuota quota, StrictJson json) {
    this.view = view;
    this.images = images;
    this.quota = quota;
    this.json = json;
  }

  List<Route> routes() {
    return List.of(
        Routes.tenant(
            "POST",
            "/images/create",
            "ImageCreate",
            Role.MEMBER,
            "pulled or imported once, and then for every host",
            this::create),
        Routes.tenant(
            "POST",
            "/images/load",
            "ImageLoad",
            Role.MEMBER,
            "loaded once, and then for every host",
            this::load),
        Routes.tenant(
            "GET",
            "/images/get",
            "ImageGetAll",
            Role.MEMBER,
            "from a host that has them, or gets them",
            call ->
                save(
                    call,
                    call.query().parameters().stream()
                        .filter(parameter -> parameter.key().equals("names"))
                        .flatMap(parameter -> List.of(parameter.value().split(",")).stream())
                        .toList())),
        Routes.tenant(
            "GET",
            "/images/{name...}/get",
            "ImageGet",
            Role.MEMBER,
            "from a host that has it",
            call -> save(call, List.of(call.value("name")))),
        Routes.tenant(
            "POST",
            "/images/{name...}/push",
            "ImagePush",
            Role.MEMBER,
            "from a host that has it",
            this::push),
        Routes.tenant(
            "POST",
            "/commit",
            "ImageCommit",
            Role.MEMBER,
            "on the container's host, and then for every host",
            this::commit),
        Routes.tenant(
            "GET",
            "/distribution/{name...}/json",
            "DistributionInspect",
            Role.READER,
            "asked through one host",
            this::distribution),
        Routes.tenant(
            "GET",
            "/images/search",
            "ImageSearch",
            Role.READER,
            "asked through one host",
            this::search),
        Routes.tenant(
            "POST", "/auth", "SystemAuth", Role.READER, "asked through one host", this::login));
  }

  private static String parameter(Call call, String name) {
    return call.query().first(name).orElse("");
  }

  private static String auth(Call call) {
    return call.exchange().request().headers().first(AUTH).orElse("");
  }

  private void create(Call call) throws IOException {
    quota.requireRoom(call.tenant());
    String from = parameter(call, "fromImage");
    if (from.isEmpty()) {
      importRoot(call);
      return;
    }
    ImageName name =
        ImageName.parse(from.endsWith(":") ? from.substring(0, from.length() - 1) : from);
    String tag = parameter(call, "tag");
    if (!tag.isEmpty()) {
      name = ImageName.isDigest(tag) ? name.withDigest(tag) : name.withTag(tag);
    }
    if (name.isNameOnly()) {
      throw ApiException.badRequest(
          "all tags of %s at once cannot be pulled; name a tag".formatted(name.repository()));
    }
    ImageName wanted = name.hasDigest() ? name.withDigest(name.digest()) : name;
    Body.read(call.exchange(), MAX_BODY_BYTES);
    ProgressAnswer.of(
        call,
        progress ->
            images
                .pulls()
                .pull(
                    call.tenant(),
                    wanted,
                    parameter(call, "platform"),
                    auth(call),
                    progress,
                    call.exchange()::watchClient));
  }

  private void importRoot(Call call) throws IOException {
    String source = parameter(call, "fromSrc");
    if (!source.equals("-")) {
      throw ApiException.badRequest(
          "an image is imported from a file that the client sends: hosts fetch no URLs for tenants");
    }
    LabelRules.requireNoneReserved(call.query().all("changes"));
    Optional<ImageName> name = nameOf(call);
    String query =
        call.query().only("changes", "message", "platform").with("fromSrc", "-").encoded();
    ProgressAnswer.of(
        call,
        progress ->
            images
                .archives()
                .importRoot(call.tenant(), call.exchange().body(), query, name, progress));
  }

  private static Optional<ImageName> nameOf(Call call) {
    String repository = parameter(call, "repo");
    return repository.isEmpty()
        ? Optional.empty()
        : Optional.of(ImageRoutes.newName(repository, parameter(call, "tag")));
  }

  private void load(Call call) throws IOException {
    quota.requireRoom(call.tenant());
    ProgressAnswer.of(
        call,
        progress ->
            images
                .archives()
                .load(
                    call.tenant(),
                    call.exchange().body(),
                    call.query().only("quiet").encoded(),
                    progress));
  }

  private void save(Call call, List<String> names) throws IOException {
    if (names.isEmpty()) {
      throw ApiException.badRequest("name the images to save");
    }
    images.archives().save(call.tenant(), names, () -> begin(call));
  }

  private static OutputStream begin(Call call) {
    try {
      return call.stream(200, "application/x-tar");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void push(Call call) throws IOException {
    ImageName name = ImageName.parse(call.value("name"));
    String tag = parameter(call, "tag");
    ImageName wanted = tag.isEmpty() ? name : name.withTag(tag);
    if (wanted.hasDigest()) {
      throw ApiException.badRequest("cannot push a digest reference");
    }
    Body.read(call.exchange(), MAX_BODY_BYTES);
    ProgressAnswer.of(call, progress -> push(call, wanted, progress));
  }

  private void push(Call call, ImageName name, Progress progress) throws IOException {
    List<ImageName> tags =
        name.isNameOnly() ? images.registries().tags(call.tenant(), name) : List.of(name);
    if (tags.isEmpty()
        || tags.stream().anyMatch(tag -> view.imagesOf(call.tenant()).named(tag).isEmpty())) {
      progress.line(
          OpenCall.JSON
              .createObjectNode()
              .put(
                  "status",
                  "The push refers to repository [%s/%s]".formatted(name.domain(), name.path())));
      throw new ImageException(
          404, "An image does not exist locally with the tag: " + name.repository());
    }
    for (ImageName tag : tags) {
      images
          .registries()
          .push(call.tenant(), tag, auth(call), progress, call.exchange()::watchClient);
    }
  }

  private void commit(Call call) throws IOException {
    quota.requireRoom(call.tenant());
    String reference = parameter(call, "container");
    if (reference.isEmpty()) {
      throw ApiException.badRequest("invalid name or ID supplied: \"\"");
    }
    Container container =
        switch (view.in(call.tenant()).resolve(reference)) {
          case Resolution.Found(Container found) -> found;
          case Resolution.NotFound _ -> throw ApiException.noSuchContainer(reference);
          case Resolution.Ambiguous _ ->
              throw ApiException.badRequest(
                  "multiple IDs found with provided prefix: " + reference);
        };
    byte[] body = Body.read(call.exchange(), MAX_BODY_BYTES);
    boolean isNothing =
        new String(body, java.nio.charset.StandardCharsets.UTF_8).strip().equals("null");
    ObjectNode config = json.object(isNothing ? new byte[0] : body, Set.of("Labels"));
    requireUnreserved(config.path("Labels"));
    LabelRules.requireNoneReserved(call.query().all("changes"));
    Optional<ImageName> name = nameOf(call);
    String query =
        call.query()
            .only("comment", "author", "changes", "pause")
            .with("container", container.id().value())
            .encoded();
    EngineAnswer answer = images.commits().commit(call.tenant(), container, query, config, name);
    call.json(
        answer.status(),
        answer.isOk() ? answer.body() : Relay.inOwnWords(answer.body(), call, container));
  }

  private static void requireUnreserved(JsonNode labels) {
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      if (Labels.isReserved(label.getKey())) {
        throw new ApiException(
            403, "the label %s is Berth's own; choose another name".formatted(label.getKey()));
      }
    }
  }

  private void distribution(Call call) throws IOException {
    ImageName name = ImageName.parse(call.value("name"));
    EngineAnswer answer = images.registries().distribution(name, auth(call));
    call.json(answer.status(), answer.body());
  }

  private void search(Call call) throws IOException {
    EngineAnswer answer =
        images
            .registries()
            .search(
                parameter(call, "term"),
                call.query().only("term", "limit", "filters").encoded(),
                auth(call));
    call.json(answer.status(), answer.body());
  }

  private void login(Call call) throws IOException {
    ObjectNode body = json.object(Body.read(call.exchange(), MAX_BODY_BYTES));
    EngineAnswer answer =
        images
            .registries()
            .login(body.path("serveraddress").asText(""), OpenCall.JSON.writeValueAsBytes(body));
    call.json(answer.status(), answer.body());
  }
}
