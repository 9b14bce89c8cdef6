package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What else is asked of registries, through engines, with the client's own credentials. */
public final class Registries {
  private static final ObjectReader JSON = new JsonMapper().readerFor(JsonNode.class);
  private static final Duration ANSWER = Duration.ofSeconds(90);
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private final Hosts hosts;
  private final View view;
  private final ImageTransfers transfers;
  private final EngineImages engines;
  private final ImageStore store;
  private final RegistryRules rules;

  Registries(
      Hosts hosts,
      View view,
      ImageTransfers transfers,
      EngineImages engines,
      ImageStore store,
      RegistryRules rules) {
    this.hosts = hosts;
    this.view = view;
    this.transfers = transfers;
    this.engines = engines;
    this.store = store;
    this.rules = rules;
  }

  /**
   * Pushes one tag.
   *
   * @param progress hears the engine's lines
   */
  public void push(
      TenantId tenant, ImageName name, String auth, Progress progress, Pulls.Cancel cancel)
      throws IOException {
    rules.require(name);
    TenantImage image =
        view.imagesOf(tenant)
            .named(name)
            .orElseThrow(
                () ->
                    new ImageException(
                        404, "An image does not exist locally with the tag: " + name.repository()));
    ImageId id = image.id();
    HostId on =
        view.imageHosts(id).stream()
            .filter(hosts::isInSync)
            .findFirst()
            .orElseThrow(
                () ->
                    new ImageException(
                        503, "no host that answers has image %s".formatted(id.shortened())));
    String digest = "";
    try (HttpCall call = transfers.push(on, id, name.repository(), name.tag(), auth)) {
      cancel.onGone(call);
      ResponseHead head = hosts.link(on).receive(call);
      if (head.status() != 200) {
        JsonNode error = JSON.readValue(call.responseBody().readNBytes(MAX_ERROR_BYTES));
        throw new ImageException(head.status(), error.path("message").asText());
      }
      try (MappingIterator<JsonNode> lines = JSON.readValues(call.responseBody())) {
        while (lines.hasNextValue()) {
          JsonNode line = lines.nextValue();
          digest = line.path("aux").path("Digest").asText(digest);
          if (line.has("error")) {
            throw new ImageException(500, line.path("error").asText());
          }
          progress.line(line);
        }
      }
    }
    if (ImageName.isDigest(digest)) {
      store.addDigest(tenant, id, name.withDigest(digest));
    }
    store.happened(tenant, "push", name);
  }

  /** All tags that a tenant gave in a repository. */
  public List<ImageName> tags(TenantId tenant, ImageName repository) {
    return view.imagesOf(tenant).all().stream()
        .flatMap(image -> image.tags().stream())
        .map(ImageName::parse)
        .filter(tag -> tag.repository().equals(repository.repository()))
        .toList();
  }

  /** What the registry has under a name. */
  public EngineAnswer distribution(ImageName name, String auth) throws IOException {
    rules.require(name);
    return ask("GET", "/distribution/" + name.familiar() + "/json", auth);
  }

  /** Searches a registry: the one that the term begins with, or Docker's own. */
  public EngineAnswer search(String term, String query, String auth) throws IOException {
    int slash = term.indexOf('/');
    String first = slash < 0 ? "" : term.substring(0, slash);
    if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
      rules.require(first);
    }
    return ask("GET", "/images/search" + query, auth);
  }

  private EngineAnswer ask(String method, String target, String auth) throws IOException {
    HostLink host = engines.any();
    return host.call(
        method,
        target,
        auth.isEmpty() ? Headers.NONE : Headers.of(Pulls.AUTH, auth),
        new byte[0],
        ANSWER);
  }

  /**
   * Has a registry check credentials.
   *
   * @param server as the client gave it: a host, or a URL
   */
  public EngineAnswer login(String server, byte[] body) throws IOException {
    String host = server.replaceFirst("^[a-zA-Z]+://", "").split("/", 2)[0];
    if (!host.isEmpty()) {
      rules.require(host.substring(host.lastIndexOf('@') + 1));
    }
    return engines.any().call("POST", "/auth", body, ANSWER);
  }
}
