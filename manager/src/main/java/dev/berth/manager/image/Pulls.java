package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.image.Pull.Pulled;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls images for tenants. A tag is made a digest first and the engine pulls that, so that no
 * ordinary tag is ever on an engine; the client sees what an engine says of a tag. Whoever wants
 * the same with the same credentials shares one fetch. Safe for any thread.
 */
public final class Pulls {
  private static final Logger LOG = LoggerFactory.getLogger(Pulls.class);
  private static final ObjectReader JSON = new JsonMapper().readerFor(JsonNode.class);
  private static final Duration RESOLVE = Duration.ofSeconds(90);
  private static final int MAX_ERROR_BYTES = 64 * 1024;
  static final String AUTH = "X-Registry-Auth";

  /** What is fetched once for all: who may, and what. */
  private record Wanted(ImageName name, String platform, String auth) {}

  private final View view;
  private final EngineImages engines;
  private final ImageStore store;
  private final RegistryRules registries;
  private final Map<Wanted, Pull> underWay = new ConcurrentHashMap<>();

  Pulls(View view, EngineImages engines, ImageStore store, RegistryRules registries) {
    this.view = view;
    this.engines = engines;
    this.store = store;
    this.registries = registries;
  }

  /** Ends a wait from another thread: the client has gone. */
  public interface Cancel {
    void onGone(AutoCloseable work) throws IOException;
  }

  /**
   * Pulls an image into a tenant's store.
   *
   * @param name with a tag or a digest
   * @param platform as the client gave it; empty for the engine's own
   * @param auth the client's {@code X-Registry-Auth}; empty for none
   * @param progress hears the engine's lines
   * @throws ImageException in the engine's words; before the first line, with its status
   */
  public void pull(
      TenantId tenant,
      ImageName name,
      String platform,
      String auth,
      Progress progress,
      Cancel cancel)
      throws IOException {
    registries.require(name);
    Pulled pulled;
    try (Pull.Waiting waiting = join(new Wanted(name, platform, auth))) {
      cancel.onGone(waiting);
      pulled = waiting.follow(progress);
    }
    Optional<TenantImage> before = view.imagesOf(tenant).named(name);
    ImageName digest = name.withDigest(pulled.digest());
    ImageStore.Added added =
        store.add(
            tenant,
            pulled.host(),
            pulled.onHost(),
            name.hasDigest() ? List.of(digest) : List.of(name, digest));
    boolean isNews =
        before
            .filter(image -> image.record().isPresent() && image.id().equals(added.image()))
            .isEmpty();
    store.happened(tenant, "pull", name);
    progress.line(
        status(
            isNews
                ? "Status: Downloaded newer image for " + name.familiar()
                : "Status: Image is up to date for " + name.familiar()));
  }

  private static ObjectNode status(String text) {
    return JsonNodeFactory.instance.objectNode().put("status", text);
  }

  private Pull.Waiting join(Wanted wanted) {
    while (true) {
      Pull pull = new Pull();
      Pull.Waiting first = pull.join().orElseThrow();
      Pull other = underWay.putIfAbsent(wanted, pull);
      if (other == null) {
        Thread.ofVirtual().name("pull-" + wanted.name().familiar()).start(() -> run(wanted, pull));
        return first;
      }
      Optional<Pull.Waiting> joined = other.join();
      if (joined.isPresent()) {
        return joined.get();
      }
      underWay.remove(wanted, other);
    }
  }

  private void run(Wanted wanted, Pull pull) {
    try {
      pull.succeed(fetch(wanted, pull));
    } catch (ImageException e) {
      pull.fail(e);
    } catch (IOException | RuntimeException e) {
      LOG.atInfo().addKeyValue("image", wanted.name().familiar()).setCause(e).log("pull failed");
      pull.fail(new ImageException(500, "" + e.getMessage()));
    } finally {
      underWay.remove(wanted, pull);
    }
  }

  private Pulled fetch(Wanted wanted, Pull pull) throws IOException {
    ImageName name = wanted.name();
    String digest = name.hasDigest() ? name.digest() : resolve(wanted);
    ImageName exact = name.withDigest(digest);
    HostLink host = engines.having(exact.familiar());
    String target =
        "/images/create?fromImage=%s&tag=%s".formatted(encode(exact.repository()), encode(digest));
    if (!wanted.platform().isEmpty()) {
      target += "&platform=" + encode(wanted.platform());
    }
    Headers headers = Headers.of("Content-Length", "0");
    if (!wanted.auth().isEmpty()) {
      headers = headers.with(AUTH, wanted.auth());
    }
    try (HttpCall call = host.begin("POST", target, headers)) {
      pull.runs(call);
      ResponseHead head = host.receive(call);
      if (head.status() != 200) {
        throw refused(head, call, exact, name);
      }
      try (MappingIterator<JsonNode> lines = JSON.readValues(call.responseBody())) {
        while (lines.hasNextValue()) {
          pass(lines.nextValue(), exact, name, pull);
        }
      }
    }
    return new Pulled(host, exact.familiar(), digest);
  }

  private static ImageException refused(
      ResponseHead head, HttpCall call, ImageName exact, ImageName name) throws IOException {
    byte[] body = call.responseBody().readNBytes(MAX_ERROR_BYTES);
    JsonNode error = body.length == 0 ? JsonNodeFactory.instance.nullNode() : JSON.readValue(body);
    return new ImageException(
        head.status(), inOwnWords(error.path("message").asText(), exact, name));
  }

  private static String inOwnWords(String message, ImageName exact, ImageName name) {
    return message.replace(exact.familiar(), name.familiar());
  }

  /** The line as the engine would have said it of what was asked for. */
  private static void pass(JsonNode line, ImageName exact, ImageName name, Pull pull)
      throws ImageException {
    if (line.has("error")) {
      throw new ImageException(500, inOwnWords(line.path("error").asText(), exact, name));
    }
    String status = line.path("status").asText();
    if (status.startsWith("Status: ")) {
      return;
    }
    if (status.startsWith("Pulling from ") && line instanceof ObjectNode first) {
      first.put("id", name.hasDigest() ? exact.familiar() : name.tag());
    }
    pull.line(line);
  }

  /** Asks the registry, through an engine, what a tag is now. */
  private String resolve(Wanted wanted) throws IOException {
    ImageName name = wanted.name();
    EngineAnswer answer =
        engines
            .any()
            .call(
                "GET",
                "/distribution/" + name.familiar() + "/json",
                wanted.auth().isEmpty() ? Headers.NONE : Headers.of(AUTH, wanted.auth()),
                new byte[0],
                RESOLVE);
    if (!answer.isOk()) {
      throw asOfPull(answer.message(), name);
    }
    String digest = answer.json().path("Descriptor").path("digest").asText();
    if (!ImageName.isDigest(digest)) {
      throw new ImageException(
          500,
          "the registry of %s does not tell digests, so that its tags cannot be pulled; give a digest"
              .formatted(name.familiar()));
    }
    return digest;
  }

  /** An engine that pulls says more than one that only asks, and has other statuses. */
  static ImageException asOfPull(String message, ImageName name) {
    if (message.startsWith("manifest unknown: ")) {
      return new ImageException(
          404, "manifest for %s not found: %s".formatted(name.familiar(), message));
    }
    if (message.startsWith("denied: ")) {
      return new ImageException(
          404,
          "pull access denied for %s, repository does not exist or may require 'docker login': %s"
              .formatted(name.repository(), message));
    }
    if (message.startsWith("name unknown: ")) {
      return new ImageException(
          404, "repository %s not found: %s".formatted(name.repository(), message));
    }
    return new ImageException(500, message);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
