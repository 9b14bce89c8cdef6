package dev.berth.manager.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.manager.cluster.ConflictingClaimException;
import dev.berth.manager.cluster.DiskUsage;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StrictJson;
import dev.berth.manager.tenant.VolumePolicy;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.Scope;
import dev.berth.manager.view.View;
import dev.berth.manager.view.Volume;
import dev.berth.manager.view.VolumeQuery;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The volumes of a tenant, each on one host. */
final class VolumeRoutes {
  private static final int MAX_BODY_BYTES = 256 * 1024;
  private static final int MAX_NAME_CHARS = 191;
  private static final String ALLOWED = "[a-zA-Z0-9][a-zA-Z0-9_.-]";
  private static final Pattern NAME = Pattern.compile(ALLOWED + "*");

  /** From here on a volume without a name is marked, and only such are pruned unasked. */
  private static final ApiVersion MARKS_ANONYMOUS = new ApiVersion(1, 42);

  private final View view;
  private final VolumeService volumes;
  private final DiskUsage usage;
  private final MeasuredQuota quota;
  private final StrictJson json;
  private final SecureRandom random = new SecureRandom();

  VolumeRoutes(
      View view, VolumeService volumes, DiskUsage usage, MeasuredQuota quota, StrictJson json) {
    this.view = view;
    this.volumes = volumes;
    this.usage = usage;
    this.quota = quota;
    this.json = json;
  }

  List<Route> routes() {
    return List.of(
        Routes.tenant(
            "GET",
            "/volumes",
            "VolumeList",
            Role.READER,
            "from the manager's view, of all hosts",
            this::list),
        Routes.tenant(
            "POST",
            "/volumes/create",
            "VolumeCreate",
            Role.MEMBER,
            "beside what it goes with, or on the host that has the fewest",
            this::create),
        Routes.tenant(
            "POST",
            "/volumes/prune",
            "VolumePrune",
            Role.MEMBER,
            "of the tenant's own, on all hosts",
            this::prune),
        new Route(
            "GET",
            "/volumes/{name}",
            "VolumeInspect",
            Role.READER,
            new Route.OnVolume((call, volume) -> call.json(200, volume.json()), _ -> false),
            "from the manager's view"),
        new Route(
            "PUT",
            "/volumes/{name}",
            "VolumeUpdate",
            Role.MEMBER,
            new Route.OnTenant(this::update),
            "refused: there are no cluster volumes"),
        new Route(
            "DELETE",
            "/volumes/{name}",
            "VolumeDelete",
            Role.MEMBER,
            new Route.OnVolume(this::remove, call -> call.query().flag("force")),
            "on the volume's host; frees the name"));
  }

  private void list(Call call) throws IOException {
    Filters filters = Filters.parse(call.query().first("filters").orElse(""), VolumeQuery.LIST);
    ObjectNode answer = OpenCall.JSON.createObjectNode();
    ArrayNode shown = answer.putArray("Volumes");
    view.in(call.tenant()).volumes(filters).forEach(volume -> shown.add(volume.json()));
    answer.putNull("Warnings");
    call.json(200, answer);
  }

  private void create(Call call) throws IOException {
    byte[] body = Body.read(call.exchange(), MAX_BODY_BYTES);
    if (body.length == 0) {
      throw ApiException.badRequest("got EOF while reading request body");
    }
    VolumePolicy.Admitted asked = VolumePolicy.admit(json.object(body));
    Map<String, String> labels = new HashMap<>(asked.labels());
    String name = asked.name();
    if (name.isEmpty()) {
      name = generated();
      if (!call.newest().isBefore(MARKS_ANONYMOUS)) {
        labels.put("com.docker.volume.anonymous", "");
      }
    }
    check(name);
    if (!asked.driver().isEmpty() && !asked.driver().equals("local")) {
      throw new ApiException(
          404,
          "create %s: error looking up volume plugin %s: plugin \"%s\" not found"
              .formatted(name, asked.driver(), asked.driver()));
    }
    quota.requireRoom(call.tenant());
    try {
      volumes.create(call.tenant(), name, labels);
    } catch (ConflictingClaimException e) {
      throw new ApiException(409, "create %s: %s".formatted(name, e.getMessage()));
    } catch (RefusedPlacementException e) {
      throw new ApiException(
          e.isOverQuota() ? 403 : 503, "create %s: %s".formatted(name, e.getMessage()));
    } catch (NoLeaderException e) {
      throw new ApiException(503, "create %s: %s".formatted(name, e.getMessage()));
    }
    String made = name;
    Volume volume =
        view.in(call.tenant())
            .volume(made)
            .orElseThrow(
                () ->
                    new ApiException(
                        503,
                        "the volume \"%s\" was made and is not shown by its host yet; try again"
                            .formatted(made)));
    call.json(201, volume.json());
  }

  private String generated() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void check(String name) {
    if (name.length() == 1) {
      throw ApiException.badRequest(
          "create %s: volume name is too short, names should be at least two alphanumeric characters"
              .formatted(name));
    }
    if (!NAME.matcher(name).matches()) {
      throw ApiException.badRequest(
          ("create %s: \"%s\" includes invalid characters for a local volume name, only \"%s\" are"
                  + " allowed. If you intended to pass a host directory, use absolute path")
              .formatted(name, name, ALLOWED));
    }
    if (name.length() > MAX_NAME_CHARS) {
      throw ApiException.badRequest(
          "create %s: a volume's name has at most %d characters".formatted(name, MAX_NAME_CHARS));
    }
  }

  /** As an engine answers that has never been in a swarm; older ones do not know the call. */
  private void update(Call call) throws IOException {
    if (call.version().isBefore(MARKS_ANONYMOUS)) {
      call.error(404, "page not found");
    } else {
      call.error(503, "volume update only valid for cluster volumes, but swarm is unavailable");
    }
  }

  private void remove(Call call, Volume volume) throws IOException {
    EngineAnswer answer = volumes.remove(volume, call.query().flag("force"));
    if (answer.status() >= 400 && answer.status() != 404) {
      call.error(answer.status(), inOwnWords(answer, volume));
    } else {
      call.nothing(204);
    }
  }

  private static String inOwnWords(EngineAnswer answer, Volume volume) {
    return answer.message().replace(volume.engineName(), volume.name());
  }

  private void prune(Call call) throws IOException {
    boolean marks = !call.version().isBefore(MARKS_ANONYMOUS);
    Set<String> known = new HashSet<>(VolumeQuery.PRUNE);
    if (marks) {
      known.add("all");
    }
    Filters filters = Filters.parse(call.query().first("filters").orElse(""), known);
    boolean all =
        !marks || filters.get("all").stream().anyMatch(v -> v.equals("true") || v.equals("1"));
    Scope scope = view.in(call.tenant());
    List<Volume> unused =
        scope.unusedVolumes(filters).stream()
            .filter(volume -> all || volume.isAnonymous())
            .filter(volume -> !view.isLost(volume.host()))
            .toList();
    Map<DiskUsage.VolumeOn, Long> sizes = usage.volumes(unused.stream().map(Volume::host).toList());
    ObjectNode answer = OpenCall.JSON.createObjectNode();
    ArrayNode deleted = answer.putArray("VolumesDeleted");
    long reclaimed = 0;
    for (Volume volume : unused) {
      if (volumes.remove(volume, false).isOk()) {
        deleted.add(volume.name());
        DiskUsage.VolumeOn removed = new DiskUsage.VolumeOn(volume.host(), volume.engineName());
        reclaimed += Math.max(0, sizes.getOrDefault(removed, 0L));
      }
    }
    call.json(200, answer.put("SpaceReclaimed", reclaimed));
  }
}
