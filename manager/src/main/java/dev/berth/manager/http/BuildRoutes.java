package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Labels;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.image.BuildCache;
import dev.berth.manager.image.BuildRequest;
import dev.berth.manager.image.Builds;
import dev.berth.manager.image.ImageException;
import dev.berth.manager.image.RegistryCredentials;
import dev.berth.manager.tenant.ContainerPolicy;
import dev.berth.manager.tenant.MalformedBodyException;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StrictJson;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The classic builder (Engine API, ImageBuild): what a build may ask for, as of a container. */
final class BuildRoutes {
  private static final Set<String> DEFAULT_NETWORKS = Set.of("", "default", "bridge");

  /** What goes to the engine as it was admitted, with the name that it has for a container. */
  private static final Map<String, String> NUMBERS =
      Map.of(
          "memory", "Memory",
          "memswap", "MemorySwap",
          "cpushares", "CpuShares",
          "cpuperiod", "CpuPeriod",
          "cpuquota", "CpuQuota",
          "shmsize", "ShmSize");

  private static final Map<String, String> WORDS =
      Map.of(
          "cpusetcpus", "CpusetCpus",
          "cpusetmems", "CpusetMems",
          "cgroupparent", "CgroupParent",
          "isolation", "Isolation",
          "networkmode", "NetworkMode");

  private static final Set<String> PRUNE_FILTERS =
      Set.of(
          "until",
          "id",
          "parent",
          "type",
          "description",
          "inuse",
          "shared",
          "private",
          "unused-for");

  private static final long PERIOD_MICROS = 100_000;
  private static final long NANO = 1_000_000_000L;

  private final View view;
  private final Builds builds;
  private final ContainerPolicy policy;
  private final MeasuredQuota quota;
  private final StrictJson json;

  BuildRoutes(
      View view, Builds builds, ContainerPolicy policy, MeasuredQuota quota, StrictJson json) {
    this.view = view;
    this.builds = builds;
    this.policy = policy;
    this.quota = quota;
    this.json = json;
  }

  List<Route> routes() {
    return List.of(
        Routes.tenant(
            "POST",
            "/build",
            "ImageBuild",
            Role.MEMBER,
            "by the classic builder of a host that the leader chooses, and then for every host",
            this::build),
        Routes.tenant(
            "POST",
            "/build/prune",
            "BuildPrune",
            Role.MEMBER,
            "nothing to do: a build's cache is the tenant's images, which ImagePrune removes",
            this::prune));
  }

  private void build(Call call) throws IOException {
    quota.requireRoom(call.tenant());
    Query query = call.query();
    refuseWhatIsNotServed(query);
    List<ImageName> names = names(query.all("t"));
    ObjectNode asked = container(query);
    Map<String, Optional<String>> arguments = arguments(query, asked);
    ScopedNames scoped = new ScopedNames(view.in(call.tenant()));
    ContainerPolicy.Admitted admitted = policy.admit(asked, call.tenant(), scoped);
    scoped.requireReachable(view::isLost);
    dropHints(arguments, admitted.body());
    JsonNode hostConfig = admitted.body().path("HostConfig");
    String network = hostConfig.path("NetworkMode").asText("");
    BuildRequest wanted =
        new BuildRequest(
            call.tenant(),
            query.first("dockerfile").filter(name -> !name.isEmpty()).orElse("Dockerfile"),
            names,
            arguments,
            query.first("target").orElse(""),
            cache(query),
            query.flag("pull"),
            query.flag("q"),
            query.flag("forcerm"),
            query.first("platform").orElse(""),
            RegistryCredentials.parse(
                call.exchange().request().headers().first("X-Registry-Config").orElse("")),
            admitted.body(),
            hints(admitted),
            scoped.boundTo(),
            DEFAULT_NETWORKS.contains(network) ? Optional.empty() : Optional.of(network),
            options(hostConfig, labels(query)));
    ProgressAnswer.of(
        call,
        progress ->
            builds.build(wanted, call.exchange().body(), progress, call.exchange()::watchClient));
  }

  private static void refuseWhatIsNotServed(Query query) {
    boolean isBuildKit =
        query.first("version").orElse("").equals("2")
            || !Set.of("", "null", "[]").contains(query.first("outputs").orElse(""));
    if (isBuildKit) {
      throw new ApiException(501, UnservedRoutes.BUILDKIT);
    }
    if (query.flag("squash")) {
      throw ApiException.badRequest("squash is only supported with experimental mode");
    }
    String remote = query.first("remote").orElse("");
    if (remote.equals("client-session")) {
      throw ApiException.badRequest(
          "experimental session with v1 builder is no longer supported, use builder version v2"
              + " (BuildKit) instead");
    }
    if (!remote.isEmpty()) {
      throw ApiException.badRequest(
          "an image is built of files that the client sends: hosts fetch no URLs for tenants");
    }
    if (!Set.of("", "null", "[]").contains(query.first("securityopt").orElse(""))) {
      throw ApiException.badRequest(
          "The daemon on this platform does not support setting security options on build");
    }
  }

  /** An engine takes a bad tag for its own fault. */
  private static List<ImageName> names(List<String> tags) throws ImageException {
    List<ImageName> names = new ArrayList<>();
    for (String tag : tags) {
      if (tag.isEmpty()) {
        continue;
      }
      ImageName name;
      try {
        name = ImageName.parse(tag).tagged();
      } catch (ImageName.InvalidImageNameException e) {
        throw new ImageException(500, e.getMessage());
      }
      if (name.hasDigest()) {
        throw new ImageException(500, "build tag cannot contain a digest");
      }
      if (name.repository().equals("sha256")) {
        throw new ImageException(
            500, "refusing to create an ambiguous tag using digest algorithm as name");
      }
      if (!names.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /** What the containers of the build would be asked for with. */
  private ObjectNode container(Query query) throws IOException {
    ObjectNode asked = OpenCall.JSON.createObjectNode();
    ObjectNode host = asked.putObject("HostConfig");
    for (Map.Entry<String, String> number : NUMBERS.entrySet()) {
      host.put(number.getValue(), number(query.first(number.getKey()).orElse("")));
    }
    for (Map.Entry<String, String> word : WORDS.entrySet()) {
      host.put(word.getValue(), query.first(word.getKey()).orElse(""));
    }
    ArrayNode extra = host.putArray("ExtraHosts");
    query.all("extrahosts").forEach(extra::add);
    if (read(query, "ulimits", JsonNode::isObject, ArrayNode.class) instanceof ArrayNode ulimits) {
      host.set("Ulimits", ulimits);
    }
    return asked;
  }

  /** As an engine reads a number: what is none is zero. */
  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private Map<String, Optional<String>> arguments(Query query, ObjectNode asked)
      throws IOException {
    Map<String, Optional<String>> arguments = new LinkedHashMap<>();
    ArrayNode hints = asked.putArray("Env");
    JsonNode given = read(query, "buildargs", v -> v.isTextual() || v.isNull(), ObjectNode.class);
    for (Map.Entry<String, JsonNode> argument : given.properties()) {
      boolean hasValue = argument.getValue().isTextual();
      arguments.put(
          argument.getKey(),
          hasValue ? Optional.of(argument.getValue().textValue()) : Optional.empty());
      if (argument.getKey().contains(":") && hasValue) {
        hints.add(argument.getKey() + "=" + argument.getValue().textValue());
      }
    }
    return arguments;
  }

  /** Placement hints are no arguments: policy has taken them out of the environment. */
  private static void dropHints(Map<String, Optional<String>> arguments, ObjectNode admitted) {
    Set<String> others = new java.util.HashSet<>();
    admitted.path("Env").forEach(variable -> others.add(variable.asText()));
    arguments
        .entrySet()
        .removeIf(
            argument ->
                argument.getKey().contains(":")
                    && argument.getValue().isPresent()
                    && !others.contains(argument.getKey() + "=" + argument.getValue().get()));
  }

  private JsonNode labels(Query query) throws IOException {
    JsonNode labels = read(query, "labels", JsonNode::isTextual, ObjectNode.class);
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      if (Labels.isReserved(label.getKey())) {
        throw new ApiException(
            403, "the label %s is Berth's own; choose another name".formatted(label.getKey()));
      }
    }
    return labels;
  }

  private BuildCache.Wanted cache(Query query) throws IOException {
    if (query.flag("nocache")) {
      return new BuildCache.None();
    }
    List<String> from =
        read(query, "cachefrom", JsonNode::isTextual, ArrayNode.class)
            .valueStream()
            .map(JsonNode::textValue)
            .toList();
    return from.isEmpty() ? new BuildCache.Own() : new BuildCache.From(from);
  }

  private static Map<String, List<String>> options(JsonNode hostConfig, JsonNode labels) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    NUMBERS.forEach(
        (parameter, field) -> {
          if (hostConfig.path(field).asLong() != 0) {
            options.put(parameter, List.of(hostConfig.path(field).asText()));
          }
        });
    long cpus = hostConfig.path("NanoCpus").asLong();
    if (cpus > 0) {
      // A build knows no NanoCpus (Engine API, ImageBuild).
      options.put("cpuperiod", List.of(Long.toString(PERIOD_MICROS)));
      options.put("cpuquota", List.of(Long.toString(cpus * PERIOD_MICROS / NANO)));
    }
    for (String parameter : List.of("cpusetcpus", "cpusetmems")) {
      String word = hostConfig.path(WORDS.get(parameter)).asText("");
      if (!word.isEmpty()) {
        options.put(parameter, List.of(word));
      }
    }
    if (!hostConfig.path("Ulimits").isEmpty()) {
      options.put("ulimits", List.of(hostConfig.path("Ulimits").toString()));
    }
    if (!hostConfig.path("ExtraHosts").isEmpty()) {
      options.put(
          "extrahosts", hostConfig.path("ExtraHosts").valueStream().map(JsonNode::asText).toList());
    }
    if (!labels.isEmpty()) {
      options.put("labels", List.of(labels.toString()));
    }
    return options;
  }

  /** A parameter that is JSON; what is not as it should be is refused in the engine's words. */
  private <T extends JsonNode> JsonNode read(
      Query query, String parameter, Predicate<JsonNode> item, Class<T> type) throws IOException {
    String text = query.first(parameter).orElse("");
    if (text.isEmpty() || text.equals("null")) {
      return OpenCall.JSON.createArrayNode();
    }
    try {
      ObjectNode wrapped =
          json.object("{\"value\":%s}".formatted(text).getBytes(StandardCharsets.UTF_8));
      JsonNode value = wrapped.path("value");
      if (wrapped.size() == 1 && type.isInstance(value) && value.valueStream().allMatch(item)) {
        return value;
      }
    } catch (MalformedBodyException e) {
      throw builds.refusal(parameter, text);
    }
    throw builds.refusal(parameter, text);
  }

  private void prune(Call call) throws IOException {
    String keep = call.query().first("keep-storage").orElse("");
    if (!keep.isEmpty() && !keep.matches("[+-]?[0-9]{1,18}")) {
      throw new ApiException(
          500,
          "keep-storage is in bytes and expects an integer, got %s: strconv.Atoi: parsing \"%s\": invalid syntax"
              .formatted(keep, keep));
    }
    try {
      Filters.parse(call.query().first("filters").orElse(""), PRUNE_FILTERS);
    } catch (Filters.InvalidFilterException e) {
      throw ApiException.badRequest("failed to prune build cache: " + e.getMessage());
    }
    ObjectNode answer = OpenCall.JSON.createObjectNode();
    answer.putNull("CachesDeleted");
    call.json(200, answer.put("SpaceReclaimed", 0));
  }

  private static PlacementHints hints(ContainerPolicy.Admitted admitted) {
    try {
      return PlacementHints.of(admitted.hints());
    } catch (PlacementHints.MalformedException e) {
      throw ApiException.badRequest(e.getMessage());
    }
  }
}
