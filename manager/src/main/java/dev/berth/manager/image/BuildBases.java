package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.cluster.ImageUnavailableException;
import dev.berth.manager.image.dockerfile.Meaning;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.TenantImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the images that a Dockerfile names in the tenant's store, pulls those that it does not
 * have, and brings them to the host that builds. Safe for any thread.
 */
final class BuildBases {
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Set<String> SYSTEMS = Set.of("linux", "windows", "darwin");

  private final ImageStore store;
  private final Pulls pulls;
  private final ImageTransfers transfers;
  private final EngineImages engines;

  BuildBases(ImageStore store, Pulls pulls, ImageTransfers transfers, EngineImages engines) {
    this.store = store;
    this.pulls = pulls;
    this.transfers = transfers;
    this.engines = engines;
  }

  HostLink anyHost() throws ImageException {
    return engines.any();
  }

  /** What a reference means to the tenant, when that is on the host. */
  Meaning find(
      BuildRequest wanted,
      String reference,
      String platform,
      HostLink host,
      Progress progress,
      Pulls.Cancel cancel)
      throws IOException {
    try {
      TenantImage image = image(wanted, reference, platform, progress, cancel);
      transfers.bring(image.id(), host.id());
      EngineAnswer there = host.call("GET", "/images/" + image.id() + "/json", ANSWER);
      if (!there.isOk()) {
        return new Meaning.Nothing(there.message());
      }
      List<String> triggers = new ArrayList<>();
      there.json().path("Config").path("OnBuild").forEach(line -> triggers.add(line.asText()));
      return new Meaning.Image(image.id().value(), triggers);
    } catch (ImageException | ImageUnavailableException e) {
      return new Meaning.Nothing(e.getMessage());
    } catch (ImageName.InvalidImageNameException e) {
      return new Meaning.Nothing(e.getMessage());
    }
  }

  private TenantImage image(
      BuildRequest wanted,
      String reference,
      String platform,
      Progress progress,
      Pulls.Cancel cancel)
      throws IOException {
    Optional<TenantImage> own = store.find(wanted.tenant(), reference);
    boolean isId =
        own.filter(
                image ->
                    image.id().value().startsWith(reference)
                        || image.id().digits().startsWith(reference))
            .isPresent();
    if (own.isPresent() && (isId || !wanted.isPulling()) && isFor(own.get(), platform)) {
      return own.get();
    }
    if (ImageName.isDigest(reference)) {
      throw ImageException.noSuchImage(reference);
    }
    ImageName name = ImageName.parse(reference).tagged();
    ImageName exact = name.hasDigest() ? name.withDigest(name.digest()) : name;
    pulls.pull(wanted.tenant(), exact, platform, wanted.credentials().of(exact), progress, cancel);
    return store.require(wanted.tenant(), reference);
  }

  private boolean isFor(TenantImage image, String platform) throws IOException {
    if (platform.isEmpty()) {
      return true;
    }
    JsonNode found = store.ask(image, "json");
    String[] parts = platform.toLowerCase(Locale.ROOT).split("/");
    if (parts.length == 1) {
      return SYSTEMS.contains(parts[0])
          ? found.path("Os").asText().equals(parts[0])
          : found.path("Architecture").asText().equals(architecture(parts[0]));
    }
    return found.path("Os").asText().equals(parts[0])
        && found.path("Architecture").asText().equals(architecture(parts[1]));
  }

  private static String architecture(String word) {
    return switch (word) {
      case "x86_64", "x86-64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> word;
    };
  }
}
