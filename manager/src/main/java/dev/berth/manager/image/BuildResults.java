package dev.berth.manager.image;

import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.ImageRecords;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what a build came to into the tenant's store: the image with its names, and, without any,
 * what an engine would show as {@code <none>}, too, which is the next build's cache until it is
 * pruned. Safe for any thread.
 */
final class BuildResults {
  private static final Logger LOG = LoggerFactory.getLogger(BuildResults.class);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final View view;
  private final ImageRecords records;
  private final ImageStore store;

  BuildResults(View view, ImageRecords records, ImageStore store) {
    this.view = view;
    this.records = records;
    this.store = store;
  }

  /** A build came to its end. */
  void keep(TenantId tenant, HostLink host, List<ImageName> names, BuildLog log)
      throws IOException {
    List<ImageId> stages = log.results();
    if (stages.isEmpty()) {
      throw new ImageException(500, "the engine does not tell what image it has built");
    }
    ImageId image = stages.getLast();
    if (stages.size() > 1) {
      Set<ImageId> ancestors = new HashSet<>();
      for (ImageId stage : stages) {
        addAncestors(host, stage, ancestors);
      }
      for (ImageId stage : stages.subList(0, stages.size() - 1)) {
        if (!ancestors.contains(stage)) {
          keepUnnamed(tenant, host, stage);
        }
      }
    }
    if (names.isEmpty()) {
      keepUnnamed(tenant, host, image);
    } else {
      store.add(tenant, host, image.value(), names);
    }
    for (ImageName name : names) {
      store.tagged(tenant, image, name);
      log.line(BuildLog.stream("Successfully tagged %s\n".formatted(name.familiar())));
    }
    log.succeed(image);
  }

  private static void addAncestors(HostLink host, ImageId image, Set<ImageId> ancestors)
      throws IOException {
    String parent = parent(host, image.value());
    while (ImageName.isDigest(parent) && ancestors.add(new ImageId(parent))) {
      parent = parent(host, parent);
    }
  }

  private static String parent(HostLink host, String image) throws IOException {
    EngineAnswer answer = host.call("GET", "/images/" + image + "/json", ANSWER);
    return answer.isOk() ? answer.json().path("Parent").asText() : "";
  }

  private void keepUnnamed(TenantId tenant, HostLink host, ImageId image) throws IOException {
    if (view.imagesOf(tenant).find(image).isEmpty()) {
      store.add(tenant, host, image.value(), List.of());
    }
  }

  /**
   * A build has failed after a step that came to an image. What a build runs can write what looks
   * like the engine's word of a step, so an image that is anybody's already is never taken; one
   * that is nobody's has an id that only its own build was told.
   *
   * @param shortened its id; empty for none
   */
  void keepUnfinished(TenantId tenant, HostLink host, String shortened) {
    if (shortened.isEmpty()) {
      return;
    }
    try {
      EngineAnswer answer = host.call("GET", "/images/" + shortened + "/json", ANSWER);
      if (!answer.isOk()) {
        return;
      }
      ImageId image = new ImageId(answer.json().path("Id").asText());
      boolean isNew =
          image.digits().startsWith(shortened)
              && !records.isOwned(image)
              && !view.isShared(image)
              && answer.json().path("RepoTags").isEmpty();
      if (isNew) {
        store.add(tenant, host, image.value(), List.of());
      }
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("image", shortened).setCause(e).log("a step's image stays behind");
    }
  }
}
