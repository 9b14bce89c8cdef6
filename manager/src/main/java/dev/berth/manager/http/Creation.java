package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.cluster.PublishedPorts;
import dev.berth.manager.image.ImageException;
import dev.berth.manager.image.ImageStore;
import dev.berth.manager.tenant.ContainerPolicy;
import dev.berth.manager.tenant.DefaultNetwork;
import dev.berth.manager.tenant.LabelRules;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import dev.berth.scheduler.AskedPlatform;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a create call comes to before a host is chosen: the same for one that is made and for one
 * that is only explained.
 */
final class Creation {
  /** What an image is for which all is asked as if it were there. */
  private static final TenantImage MISSING =
      new TenantImage(
          new ImageId("sha256:" + "0".repeat(64)),
          List.of(),
          List.of(),
          Optional.empty(),
          MissingNode.getInstance());

  private final View view;
  private final ImageStore images;
  private final ContainerPolicy policy;
  private final MeasuredQuota volumeQuota;

  Creation(View view, ImageStore images, ContainerPolicy policy, MeasuredQuota volumeQuota) {
    this.view = view;
    this.images = images;
    this.policy = policy;
    this.volumeQuota = volumeQuota;
  }

  /**
   * What is to be made.
   *
   * @param name as the call has it; empty for one of our choice
   * @param platform as the call has it; empty for any
   * @param version in which the engine is asked
   * @throws ApiException when it cannot be made anywhere
   */
  Containers.Wanted of(
      TenantId tenant, String name, ObjectNode asked, String platform, ApiVersion version)
      throws IOException {
    return of(tenant, name, asked, platform, version, image -> images.require(tenant, image));
  }

  /**
   * The same as if its image were there, of which nothing is known.
   *
   * @see #lacksImage
   */
  Containers.Wanted withoutImage(
      TenantId tenant, String name, ObjectNode asked, String platform, ApiVersion version)
      throws IOException {
    return of(tenant, name, asked, platform, version, _ -> MISSING);
  }

  /** Whether a client would pull the image first: it has a name, and the tenant has none of it. */
  boolean lacksImage(TenantId tenant, ObjectNode asked) throws ImageException {
    String image = asked.path("Image").asText("");
    boolean isId = ImageId.isOne(image) || ImageId.isOne("sha256:" + image);
    return !image.isEmpty() && !isId && images.find(tenant, image).isEmpty();
  }

  private Containers.Wanted of(
      TenantId tenant,
      String name,
      ObjectNode asked,
      String platform,
      ApiVersion version,
      Images store)
      throws IOException {
    Optional<ContainerName> parsed = name.isEmpty() ? Optional.empty() : Optional.of(parse(name));
    String image = asked.path("Image").asText("");
    if (asked.isEmpty()) {
      throw ApiException.badRequest("Config cannot be empty in order to create a container");
    }
    if (image.isEmpty()) {
      throw ApiException.badRequest("No command specified");
    }
    requirePlatform(platform);
    ScopedNames names = new ScopedNames(view.in(tenant));
    ContainerPolicy.Admitted admitted = policy.admit(asked, tenant, names);
    TenantImage found = store.require(image);
    if (!admitted.volumes().isEmpty() || !admitted.body().path("Volumes").isEmpty()) {
      volumeQuota.requireRoom(tenant);
    }
    LabelRules.requireNoneReserved(image, found.entry().path("Labels"));
    names.requireReachable(view::isLost);
    publishAll(admitted.body(), found);
    boolean onBridge = DefaultNetwork.replace(admitted.body(), Bridges.engineName(tenant));
    return new Containers.Wanted(
        tenant,
        parsed,
        admitted.body(),
        hints(admitted),
        found.id(),
        image,
        names.boundTo(),
        labelsOf(names.newVolumes(), admitted.body(), tenant),
        onBridge,
        version.toString(),
        platform,
        Optional.empty());
  }

  /** Where the image of a call is looked up. */
  @FunctionalInterface
  private interface Images {
    TenantImage require(String image) throws IOException;
  }

  private static ContainerName parse(String text) {
    try {
      return ContainerName.parse(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(e.getMessage());
    }
  }

  private static void requirePlatform(String text) {
    try {
      var _ = AskedPlatform.of(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(e.getMessage());
    }
  }

  private void publishAll(ObjectNode body, TenantImage image) throws IOException {
    if (body.path("HostConfig").path("PublishAllPorts").asBoolean()) {
      Set<String> exposed = new LinkedHashSet<>();
      JsonNode config =
          image.equals(MISSING)
              ? MissingNode.getInstance()
              : images.ask(image, "json").path("Config");
      config.path("ExposedPorts").fieldNames().forEachRemaining(exposed::add);
      body.path("ExposedPorts").fieldNames().forEachRemaining(exposed::add);
      PublishedPorts.publishAll(body, exposed);
    }
  }

  /** The labels that mounts give to volumes that they make. */
  private static Map<String, Map<String, String>> labelsOf(
      Set<String> volumes, ObjectNode body, TenantId tenant) {
    Map<String, Map<String, String>> labels = new HashMap<>();
    for (String volume : volumes) {
      Map<String, String> own = new HashMap<>();
      for (JsonNode mount : body.path("HostConfig").path("Mounts")) {
        if (mount.path("Source").asText().equals(tenant + "." + volume)) {
          mount
              .path("VolumeOptions")
              .path("Labels")
              .properties()
              .forEach(label -> own.put(label.getKey(), label.getValue().asText()));
        }
      }
      labels.put(volume, own);
    }
    return labels;
  }

  private static PlacementHints hints(ContainerPolicy.Admitted admitted) {
    try {
      return PlacementHints.of(admitted.hints());
    } catch (PlacementHints.MalformedException e) {
      throw ApiException.badRequest(e.getMessage());
    }
  }
}
