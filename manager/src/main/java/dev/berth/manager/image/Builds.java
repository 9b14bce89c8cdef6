package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.Placer;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.cluster.TenantGroups;
import dev.berth.manager.image.archive.BuildContext;
import dev.berth.manager.image.archive.MalformedArchiveException;
import dev.berth.manager.image.dockerfile.Dockerfile;
import dev.berth.manager.image.dockerfile.DockerfileException;
import dev.berth.manager.image.dockerfile.Rewriting;
import dev.berth.manager.image.dockerfile.Rewritten;
import dev.berth.manager.view.View;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds images with the classic builder of one host's engine. The Dockerfile is written anew, so
 * that its names mean the tenant's images; the engine gives no names, the records do. Safe for any
 * thread.
 */
public final class Builds {
  private static final Logger LOG = LoggerFactory.getLogger(Builds.class);
  private static final ObjectReader JSON = new JsonMapper().readerFor(JsonNode.class);
  private static final long MAX_CONTEXT_BYTES = 2L * 1024 * 1024 * 1024;
  private static final int MAX_ERROR_BYTES = 64 * 1024;
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Set<String> ENGINES_OWN_FAULT =
      Set.of("unexpected EOF", "archive/tar: invalid tar header");

  private final Hosts hosts;
  private final View view;
  private final Placer placer;
  private final Bridges bridges;
  private final BuildBases bases;
  private final BuildCache cache;
  private final BuildResults results;
  private final TenantGroups groups;
  private final Path spool;
  private final BuildTurns turns = new BuildTurns(16, 4, Duration.ofMinutes(2));

  Builds(
      Hosts hosts,
      View view,
      Placer placer,
      Bridges bridges,
      BuildBases bases,
      BuildCache cache,
      BuildResults results,
      TenantGroups groups,
      Path spool) {
    this.hosts = hosts;
    this.view = view;
    this.placer = placer;
    this.bridges = bridges;
    this.bases = bases;
    this.cache = cache;
    this.results = results;
    this.groups = groups;
    this.spool = spool;
  }

  /**
   * Builds an image into a tenant's store.
   *
   * @param body the context, as the client sends it
   * @param progress hears the engine's lines
   * @param cancel ends the build when the client goes; asked once the context is read
   * @throws ImageException in the engine's words; before the first line, with its status
   */
  public void build(BuildRequest wanted, InputStream body, Progress progress, Pulls.Cancel cancel)
      throws IOException {
    try (BuildTurns.Turn _ = turns.take(wanted.tenant());
        BuildContext context = read(body)) {
      BuildEnding ending = new BuildEnding();
      cancel.onGone(ending);
      BuildContext.Found found =
          context
              .dockerfile(wanted.dockerfile())
              .orElseThrow(
                  () ->
                      new ImageException(
                          500, "Cannot locate specified Dockerfile: " + wanted.dockerfile()));
      if (found.text().isEmpty()) {
        throw new ImageException(
            400, "the Dockerfile (%s) cannot be empty".formatted(found.name()));
      }
      Dockerfile dockerfile = Dockerfile.parse(found.text(), found.name());
      RecordId reservation = RecordId.random();
      Placer.Place place = place(wanted, reservation);
      try {
        BuildLog log = new BuildLog(progress, wanted.isQuiet(), wanted.isForcedToRemove());
        build(wanted, context, found, dockerfile, place, log, ending);
      } finally {
        placer.release(reservation);
      }
    } catch (DockerfileException | MalformedArchiveException e) {
      throw new ImageException(400, e.getMessage());
    } catch (RefusedPlacementException e) {
      throw new ImageException(e.status(), e.getMessage());
    } catch (NoLeaderException e) {
      throw new ImageException(503, e.getMessage());
    }
  }

  private BuildContext read(InputStream body) throws IOException {
    try {
      return BuildContext.read(body, spool, MAX_CONTEXT_BYTES);
    } catch (MalformedArchiveException e) {
      throw new ImageException(
          ENGINES_OWN_FAULT.contains(e.getMessage()) ? 500 : 400, e.getMessage());
    } catch (EOFException e) {
      throw new ImageException(500, "unexpected EOF");
    } catch (java.util.zip.ZipException e) {
      throw new ImageException(400, "the context is packed badly: " + e.getMessage());
    } catch (BuildContext.TooLargeException e) {
      throw new ImageException(413, e.getMessage());
    }
  }

  /** Where an image of that name is already, its steps may be, too. */
  private Placer.Place place(BuildRequest wanted, RecordId id)
      throws RefusedPlacementException, NoLeaderException {
    if (wanted.boundTo().isEmpty()) {
      for (HostId host : before(wanted)) {
        try {
          return placer.place(asked(wanted, id, Set.of(host))).place();
        } catch (RefusedPlacementException e) {
          LOG.atDebug().addKeyValue("host", host).setCause(e).log("no room for a build");
        }
      }
    }
    return placer.place(asked(wanted, id, wanted.boundTo())).place();
  }

  /** Each name has an order of the hosts of its own, so that not all go to the first. */
  private List<HostId> before(BuildRequest wanted) {
    return wanted.names().stream()
        .findFirst()
        .flatMap(name -> view.imagesOf(wanted.tenant()).named(name))
        .filter(image -> image.record().isPresent())
        .map(image -> view.imageHosts(image.id()))
        .orElse(Set.of())
        .stream()
        .sorted(
            Comparator.comparingInt(
                host -> Objects.hash(wanted.tenant(), wanted.names().getFirst(), host)))
        .toList();
  }

  private static Placer.Wanted asked(BuildRequest wanted, RecordId id, Set<HostId> boundTo) {
    return new Placer.Wanted(
        Placer.Kind.BUILD, id, wanted.tenant(), "", wanted.body(), wanted.hints(), boundTo);
  }

  private void build(
      BuildRequest wanted,
      BuildContext context,
      BuildContext.Found found,
      Dockerfile dockerfile,
      Placer.Place place,
      BuildLog log,
      BuildEnding ending)
      throws IOException, DockerfileException {
    HostLink host = hosts.link(place.host());
    Map<String, String> given = new HashMap<>();
    wanted.arguments().forEach((name, value) -> value.ifPresent(text -> given.put(name, text)));
    Rewritten written =
        Rewriting.of(
            dockerfile,
            given,
            wanted.target(),
            RecordId.random().value().replaceAll("[^0-9a-z]", ""),
            (reference, platform) ->
                bases.find(
                    wanted,
                    reference,
                    platform.isEmpty() ? wanted.platform() : platform,
                    host,
                    log,
                    ending));
    log.speaksOf(written, found.name());
    String network =
        wanted.network().isPresent()
            ? wanted.network().get()
            : bridges.ensure(wanted.tenant(), place);
    String target =
        "/build"
            + BuildQuery.of(
                wanted,
                written.target(),
                cache.parameters(wanted.tenant(), wanted.cache(), place.host()),
                network,
                TenantGroups.name(host.descriptor(), wanted.tenant()));
    Headers headers =
        groups.told(
            Headers.of("Content-Type", "application/x-tar", "Transfer-Encoding", "chunked"),
            host.descriptor(),
            wanted.tenant());
    Optional<JsonNode> error;
    try (HttpCall call = host.begin("POST", target, headers)) {
      ending.onGone(call);
      send(context, written, found, call.requestBody(headers));
      ResponseHead head = host.receive(call);
      if (head.status() != 200) {
        JsonNode refusal = JSON.readValue(call.responseBody().readNBytes(MAX_ERROR_BYTES));
        throw new ImageException(
            head.status(), log.inOwnWords(refusal.path("message").asText("no reason given")));
      }
      warn(written, log);
      error = follow(call, log);
    } catch (ImageException e) {
      throw e;
    } catch (IOException e) {
      results.keepUnfinished(wanted.tenant(), host, log.unfinished());
      throw new ImageException(
          503, "the build on host %s broke off: %s".formatted(host.id(), e.getMessage()));
    }
    if (error.isPresent()) {
      results.keepUnfinished(wanted.tenant(), host, log.unfinished());
      log.fail(error.get());
    } else {
      results.keep(wanted.tenant(), host, wanted.names(), log);
    }
  }

  private static void send(
      BuildContext context, Rewritten written, BuildContext.Found own, OutputStream out)
      throws IOException {
    try {
      Upload upload = new Upload(out);
      context.copy(written.bytes(), own, upload);
      upload.close();
    } catch (Upload.StoppedException e) {
      // What it answered says why.
    }
  }

  /** Passes the engine's lines on; returns the one that is an error. */
  private static Optional<JsonNode> follow(HttpCall call, BuildLog log) throws IOException {
    try (MappingIterator<JsonNode> lines = JSON.readValues(call.responseBody())) {
      while (lines.hasNextValue()) {
        JsonNode line = lines.nextValue();
        if (line.has("error")) {
          return Optional.of(line);
        }
        log.engine(line);
      }
    }
    return Optional.empty();
  }

  /** The engine gets every instruction on one line, and so does not see what it would warn of. */
  private static void warn(Rewritten written, BuildLog log) throws IOException {
    if (written.hollow().isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder("\u001b[91m");
    for (String instruction : written.hollow()) {
      text.append("[WARNING]: Empty continuation line found in:\n    ")
          .append(instruction)
          .append('\n');
    }
    text.append(
        "[WARNING]: Empty continuation lines will become errors in a future release.\n\u001b[0m");
    log.line(BuildLog.stream(text.toString()));
  }

  /** What an engine says to a parameter that cannot be read; nothing is built. */
  public ImageException refusal(String parameter, String value) throws IOException {
    EngineAnswer answer =
        bases
            .anyHost()
            .call("POST", "/build" + BuildQuery.of(Map.of(parameter, List.of(value))), ANSWER);
    return answer.message().startsWith("Cannot locate")
        ? new ImageException(400, "the parameter %s is not what it should be".formatted(parameter))
        : new ImageException(answer.status(), answer.message());
  }
}
