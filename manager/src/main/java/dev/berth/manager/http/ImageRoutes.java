package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ImageId;
import dev.berth.manager.image.ImageException;
import dev.berth.manager.image.Images;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.ImageQuery;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.TenantImages;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A tenant's images: looking at them, naming and removing them. Moving them is elsewhere. */
final class ImageRoutes {
  private final View view;
  private final Images images;

  ImageRoutes(View view, Images images) {
    this.view = view;
    this.images = images;
  }

  List<Route> routes() {
    return List.of(
        Routes.tenant(
            "GET",
            "/images/json",
            "ImageList",
            Role.READER,
            "the tenant's own and the shared ones, each once",
            this::list),
        Routes.tenant(
            "GET",
            "/images/{name...}/json",
            "ImageInspect",
            Role.READER,
            "from a host that has it",
            this::inspect),
        Routes.tenant(
            "GET",
            "/images/{name...}/history",
            "ImageHistory",
            Role.READER,
            "from a host that has it",
            this::history),
        Routes.tenant(
            "POST",
            "/images/{name...}/tag",
            "ImageTag",
            Role.MEMBER,
            "in the tenant's store alone",
            this::tag),
        Routes.tenant(
            "DELETE",
            "/images/{name...}",
            "ImageDelete",
            Role.MEMBER,
            "from the tenant's store; from the hosts when nobody else has it",
            this::remove),
        Routes.tenant(
            "POST",
            "/images/prune",
            "ImagePrune",
            Role.MEMBER,
            "of the tenant's own",
            this::prune));
  }

  private void list(Call call) throws IOException {
    ImageQuery query =
        new ImageQuery(Filters.parse(call.query().first("filters").orElse(""), ImageQuery.KNOWN));
    call.json(200, query.list(view.imagesOf(call.tenant())));
  }

  private void inspect(Call call) throws IOException {
    TenantImage image = inspected(call);
    ObjectNode body = (ObjectNode) images.store().ask(image, "json");
    ArrayNode tags = body.putArray("RepoTags");
    image.tags().forEach(tags::add);
    ArrayNode digests = body.putArray("RepoDigests");
    image.digests().forEach(digests::add);
    if (find(view.imagesOf(call.tenant()), body.path("Parent").asText()).isEmpty()) {
      body.put("Parent", "");
    }
    for (String config : List.of("Config", "ContainerConfig")) {
      if (body.path(config).path("Labels") instanceof ObjectNode labels) {
        TenantNames.removeReserved(labels);
      }
    }
    call.json(200, body);
  }

  /** An engine says twice that there is none. */
  private TenantImage inspected(Call call) throws ImageException {
    String name = call.value("name");
    try {
      return images.store().require(call.tenant(), name);
    } catch (ImageException e) {
      throw new ImageException(e.status(), "no such image: %s: %s".formatted(name, e.getMessage()));
    }
  }

  private void history(Call call) throws IOException {
    TenantImage image = images.store().require(call.tenant(), call.value("name"));
    TenantImages all = view.imagesOf(call.tenant());
    JsonNode layers = images.store().ask(image, "history");
    for (JsonNode layer : layers) {
      if (layer instanceof ObjectNode object) {
        Optional<TenantImage> known = find(all, layer.path("Id").asText());
        if (known.isEmpty()) {
          object.put("Id", "<missing>");
        }
        List<String> tags = known.map(TenantImage::tags).orElse(List.of());
        if (tags.isEmpty()) {
          object.putNull("Tags");
        } else {
          ArrayNode shown = object.putArray("Tags");
          tags.forEach(shown::add);
        }
      }
    }
    call.json(200, layers);
  }

  private static Optional<TenantImage> find(TenantImages all, String id) {
    return ImageName.isDigest(id) ? all.find(new ImageId(id)) : Optional.empty();
  }

  private void tag(Call call) throws IOException {
    TenantImage image = images.store().require(call.tenant(), call.value("name"));
    ImageName name;
    try {
      name = newName(call.query().first("repo").orElse(""), call.query().first("tag").orElse(""));
    } catch (ImageName.InvalidImageNameException e) {
      // The status of an engine, which takes it for its own fault.
      throw new ImageException(500, e.getMessage());
    }
    images.store().tag(call.tenant(), image, name);
    call.nothing(201);
  }

  /** The name that an image is given: a repository, with the tag latest unless another is given. */
  static ImageName newName(String repository, String tag) {
    ImageName name = ImageName.parse(repository);
    ImageName tagged = tag.isEmpty() ? name.tagged() : name.withTag(tag);
    if (tagged.hasDigest()) {
      throw ApiException.badRequest("refusing to create a tag with a digest reference");
    }
    if (tagged.repository().equals("sha256")) {
      throw ApiException.badRequest(
          "refusing to create an ambiguous tag using digest algorithm as name");
    }
    return tagged;
  }

  private void remove(Call call) throws IOException {
    call.json(
        200,
        images.removal().remove(call.tenant(), call.value("name"), call.query().flag("force")));
  }

  private void prune(Call call) throws IOException {
    Filters filters =
        Filters.parse(
            call.query().first("filters").orElse(""), dev.berth.manager.image.ImagePrune.KNOWN);
    call.json(200, images.prune().prune(call.tenant(), filters));
  }
}
