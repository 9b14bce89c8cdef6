package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.image.archive.LoadedArchive;
import dev.berth.manager.image.archive.MalformedArchiveException;
import dev.berth.manager.image.archive.SavedArchive;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Images as streams: saved, loaded and imported. Nothing of them is kept here. Safe for any thread.
 */
public final class Archives {
  private static final ObjectReader JSON = new JsonMapper().readerFor(JsonNode.class);
  private static final Pattern LOADED = Pattern.compile("Loaded image ID: (sha256:[0-9a-f]{64})");
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private final Hosts hosts;
  private final View view;
  private final ImageTransfers transfers;
  private final EngineImages engines;
  private final ImageStore store;

  Archives(
      Hosts hosts, View view, ImageTransfers transfers, EngineImages engines, ImageStore store) {
    this.hosts = hosts;
    this.view = view;
    this.transfers = transfers;
    this.engines = engines;
    this.store = store;
  }

  /**
   * Streams images with their names as one archive.
   *
   * @param references what is saved; a name alone means all tags of its repository
   * @param begin called once all is found and in one place, to begin the answer
   */
  public void save(TenantId tenant, List<String> references, Supplier<OutputStream> begin)
      throws IOException {
    Map<ImageId, List<String>> names = new LinkedHashMap<>();
    for (String reference : references) {
      saved(tenant, reference)
          .forEach(
              (id, tags) -> {
                List<String> all = names.computeIfAbsent(id, _ -> new ArrayList<>());
                tags.stream().filter(tag -> !all.contains(tag)).forEach(all::add);
              });
    }
    HostLink host = together(names.keySet());
    StringBuilder target = new StringBuilder("/images/get");
    for (ImageId id : names.keySet()) {
      target
          .append(target.indexOf("?") < 0 ? '?' : '&')
          .append("names=")
          .append(encode(id.value()));
    }
    try (HttpCall call = host.begin("GET", target.toString(), Headers.NONE)) {
      ResponseHead head = host.receive(call);
      if (head.status() != 200) {
        throw refused(call, head);
      }
      // Not closed when this fails: a cut archive must not look whole.
      OutputStream out = begin.get();
      new SavedArchive(names).copy(call.responseBody(), out);
      out.close();
    }
    names.keySet().forEach(id -> store.happened(tenant, "save", id));
  }

  private Map<ImageId, List<String>> saved(TenantId tenant, String reference)
      throws ImageException {
    TenantImage image = store.find(tenant, reference).orElse(null);
    boolean isById =
        image != null
            && (image.id().value().startsWith(reference)
                || image.id().digits().startsWith(reference));
    if (isById) {
      return Map.of(image.id(), List.of());
    }
    ImageName name = ImageName.parse(reference);
    if (name.isNameOnly()) {
      Map<ImageId, List<String>> all = new LinkedHashMap<>();
      for (TenantImage one : view.imagesOf(tenant).all()) {
        List<String> tags =
            one.tags().stream()
                .filter(tag -> ImageName.parse(tag).repository().equals(name.repository()))
                .toList();
        if (!tags.isEmpty()) {
          all.put(one.id(), tags);
        }
      }
      if (!all.isEmpty()) {
        return all;
      }
    }
    if (image == null) {
      throw new ImageException(404, "No such image: " + reference);
    }
    return Map.of(image.id(), name.hasDigest() ? List.of() : List.of(name.tagged().familiar()));
  }

  /** A host that has all of them, after what is missing was brought there. */
  private HostLink together(Set<ImageId> images) throws IOException {
    HostId best = null;
    long most = -1;
    for (ImageId image : images) {
      for (HostId host : view.imageHosts(image)) {
        long has = images.stream().filter(id -> view.imageHosts(id).contains(host)).count();
        if (has > most) {
          most = has;
          best = host;
        }
      }
    }
    HostLink host = best == null ? engines.any() : hosts.link(best);
    for (ImageId image : images) {
      transfers.bring(image, host.id());
    }
    return host;
  }

  private static ImageException refused(HttpCall call, ResponseHead head) throws IOException {
    byte[] body = call.responseBody().readNBytes(MAX_ERROR_BYTES);
    JsonNode error = body.length == 0 ? JsonNodeFactory.instance.nullNode() : JSON.readValue(body);
    return new ImageException(head.status(), error.path("message").asText("no reason given"));
  }

  /** Loads an archive of images, with the names in it. */
  public void load(TenantId tenant, InputStream archive, String query, Progress progress)
      throws IOException {
    HostLink host = engines.any();
    LoadedArchive copied = new LoadedArchive();
    List<ImageId> loaded = new ArrayList<>();
    Headers headers =
        Headers.of("Content-Type", "application/x-tar", "Transfer-Encoding", "chunked");
    try (HttpCall call = host.begin("POST", "/images/load" + query, headers)) {
      OutputStream out = call.requestBody(headers);
      send(archive, copied, out);
      ResponseHead head = host.receive(call);
      if (head.status() != 200) {
        throw refused(call, head);
      }
      try (MappingIterator<JsonNode> lines = JSON.readValues(call.responseBody())) {
        while (lines.hasNextValue()) {
          JsonNode line = lines.nextValue();
          if (line.has("error")) {
            throw new ImageException(500, line.path("error").asText());
          }
          Matcher ids = LOADED.matcher(line.path("stream").asText());
          boolean isOfIds = false;
          while (ids.find()) {
            loaded.add(new ImageId(ids.group(1)));
            isOfIds = true;
          }
          if (!isOfIds) {
            progress.line(line);
          }
        }
      }
    }
    List<List<String>> names =
        copied
            .names()
            .orElseThrow(
                () ->
                    new ImageException(
                        400,
                        "the archive has no manifest.json, so that it is not one of 'docker save'"));
    if (names.size() != loaded.size()) {
      throw new ImageException(
          500,
          "the archive lists %d images, of which the engine loaded %d"
              .formatted(names.size(), loaded.size()));
    }
    for (int i = 0; i < loaded.size(); i++) {
      record(tenant, host, loaded.get(i), names.get(i), progress);
    }
  }

  private static void send(InputStream archive, LoadedArchive copied, OutputStream out)
      throws IOException {
    try {
      Upload upload = new Upload(out);
      copied.copy(archive, upload);
      upload.flush();
      upload.close();
    } catch (Upload.StoppedException e) {
      // What it answered says why.
    } catch (MalformedArchiveException e) {
      throw new ImageException(400, e.getMessage());
    }
  }

  private static void send(InputStream root, OutputStream out) throws IOException {
    try {
      Upload upload = new Upload(out);
      root.transferTo(upload);
      upload.flush();
      upload.close();
    } catch (Upload.StoppedException e) {
      // What it answered says why.
    }
  }

  private void record(
      TenantId tenant, HostLink host, ImageId image, List<String> tags, Progress progress)
      throws IOException {
    List<ImageName> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String tag : tags) {
      ImageName name;
      try {
        name = ImageName.parse(tag);
      } catch (ImageName.InvalidImageNameException e) {
        throw ImageException.invalid(e);
      }
      if (name.tag().isEmpty() || name.hasDigest()) {
        throw new ImageException(400, "invalid tag \"%s\"".formatted(tag));
      }
      if (seen.add(name.familiar())) {
        names.add(name);
      }
    }
    for (ImageName name : names) {
      Optional<TenantImage> before = view.imagesOf(tenant).named(name);
      if (before.filter(other -> !other.id().equals(image)).isPresent()) {
        progress.line(
            stream(
                "The image %s already exists, renaming the old one with ID %s to empty string\n"
                    .formatted(name.familiar(), before.get().id())));
      }
    }
    store.add(tenant, host, image.value(), names);
    store.happened(tenant, "load", image);
    for (ImageName name : names) {
      progress.line(stream("Loaded image: %s\n".formatted(name.familiar())));
    }
    if (names.isEmpty()) {
      progress.line(stream("Loaded image ID: %s\n".formatted(image)));
    }
  }

  private static JsonNode stream(String text) {
    return JsonNodeFactory.instance.objectNode().put("stream", text);
  }

  /**
   * Makes an image of a root file system.
   *
   * @param query what goes to the engine, without a name
   * @param name empty for an image without a name
   */
  public void importRoot(
      TenantId tenant, InputStream root, String query, Optional<ImageName> name, Progress progress)
      throws IOException {
    HostLink host = engines.any();
    Headers headers =
        Headers.of("Content-Type", "application/x-tar", "Transfer-Encoding", "chunked");
    String id = "";
    try (HttpCall call = host.begin("POST", "/images/create" + query, headers)) {
      OutputStream out = call.requestBody(headers);
      send(root, out);
      ResponseHead head = host.receive(call);
      if (head.status() != 200) {
        throw refused(call, head);
      }
      try (MappingIterator<JsonNode> lines = JSON.readValues(call.responseBody())) {
        while (lines.hasNextValue()) {
          JsonNode line = lines.nextValue();
          if (line.has("error")) {
            throw new ImageException(500, line.path("error").asText());
          }
          if (ImageName.isDigest(line.path("status").asText())) {
            id = line.path("status").asText();
          } else {
            progress.line(line);
          }
        }
      }
    }
    ImageId image = store.add(tenant, host, id, name.map(List::of).orElse(List.of())).image();
    name.ifPresent(given -> store.tagged(tenant, image, given));
    store.happened(tenant, "import", image);
    progress.line(JsonNodeFactory.instance.objectNode().put("status", image.value()));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
