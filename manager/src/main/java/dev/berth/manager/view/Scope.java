package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What one tenant has. The one place where a name, an id or a prefix becomes an object: nothing of
 * another tenant can come out of it. Safe for any thread.
 */
public final class Scope {
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]{1,64}");
  private static final Comparator<Container> NEWEST_FIRST =
      Comparator.comparing((Container c) -> c.observed().created())
          .reversed()
          .thenComparing(c -> c.id().value());

  private final View view;
  private final TenantId tenant;
  private final TenantIndex index;

  Scope(View view, TenantId tenant, TenantIndex index) {
    this.view = view;
    this.tenant = tenant;
    this.index = index;
  }

  public TenantId tenant() {
    return tenant;
  }

  /** What a reference means: a whole id, else a name with or without its slash, else a prefix. */
  public Resolution resolve(String reference) {
    Optional<Container> exact = index.byId(reference).or(() -> byName(reference));
    if (exact.isPresent()) {
      return new Resolution.Found(exact.get());
    }
    if (!HEXADECIMAL.matcher(reference).matches()) {
      return new Resolution.NotFound();
    }
    List<Container> found = index.byPrefix(reference, 2);
    return switch (found.size()) {
      case 0 -> new Resolution.NotFound();
      case 1 -> new Resolution.Found(found.getFirst());
      default -> new Resolution.Ambiguous();
    };
  }

  private Optional<Container> byName(String reference) {
    try {
      return index.byName(ContainerName.parse(reference));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The volume of that name. */
  public Optional<Volume> volume(String name) {
    return view.volumes().find(tenant, name);
  }

  /** The tenant's volumes that a list asks for, in the order of their names. */
  public List<Volume> volumes(Filters filters) {
    Set<String> used = usedVolumes();
    VolumeQuery query =
        new VolumeQuery(
            filters, volume -> used.contains(volume.host() + "/" + volume.engineName()));
    return view.volumes().of(tenant).stream().filter(query).toList();
  }

  /** The tenant's volumes that no container has. */
  public List<Volume> unusedVolumes(Filters filters) {
    Set<String> used = usedVolumes();
    return volumes(filters).stream()
        .filter(volume -> !used.contains(volume.host() + "/" + volume.engineName()))
        .toList();
  }

  private Set<String> usedVolumes() {
    Set<String> used = new HashSet<>();
    for (Container container : index.all()) {
      container.volumes().forEach(name -> used.add(container.host() + "/" + name));
    }
    return used;
  }

  /** What a name, id or id prefix of a network means. */
  public NetworkResolution network(String reference) {
    return view.networks().resolve(tenant, reference);
  }

  /** The tenant's networks that a list asks for. */
  public List<Network> networks(Filters filters) {
    Set<String> used = usedNetworks();
    NetworkQuery query =
        new NetworkQuery(filters, network -> used.contains(network.id()), view.now());
    return view.networks().of(tenant).stream().filter(query).toList();
  }

  /** The networks that the tenant made and that no running container is on. */
  public List<Network.Own> unusedNetworks(Filters filters) {
    Set<String> used = usedNetworks();
    List<Network.Own> unused = new ArrayList<>();
    for (Network network : networks(filters)) {
      if (network instanceof Network.Own own && !used.contains(own.id())) {
        unused.add(own);
      }
    }
    return unused;
  }

  private Set<String> usedNetworks() {
    Set<String> used = new HashSet<>();
    for (Container container : index.all()) {
      for (JsonNode endpoint : container.endpoints()) {
        if (!endpoint.path("EndpointID").asText().isEmpty()) {
          used.add(endpoint.path("NetworkID").asText());
        }
      }
    }
    return used;
  }

  /** The answer to {@code GET /networks/{id}}: with the running containers that are on it. */
  public ObjectNode inspect(Network network) {
    ObjectNode json = network.json();
    ObjectNode containers = json.putObject("Containers");
    for (Container container : index.all()) {
      for (JsonNode endpoint : container.endpoints()) {
        if (endpoint.path("NetworkID").asText().equals(network.id())
            && !endpoint.path("EndpointID").asText().isEmpty()) {
          ObjectNode shown = containers.putObject(container.id().value());
          shown.put("Name", container.name().value());
          shown.put("EndpointID", endpoint.path("EndpointID").asText());
          shown.put("MacAddress", endpoint.path("MacAddress").asText());
          shown.put("IPv4Address", address(endpoint, "IPAddress", "IPPrefixLen"));
          shown.put("IPv6Address", address(endpoint, "GlobalIPv6Address", "GlobalIPv6PrefixLen"));
        }
      }
    }
    return json;
  }

  private static String address(JsonNode endpoint, String address, String length) {
    String text = endpoint.path(address).asText("");
    return text.isEmpty() ? "" : text + "/" + endpoint.path(length).asInt();
  }

  /** The tenant's default networks on hosts. */
  public List<Network.Own> bridges() {
    return view.networks().bridgesOf(tenant);
  }

  public Counts counts() {
    int running = 0;
    int paused = 0;
    int all = 0;
    for (Container container : index.all()) {
      all++;
      if (container.observed().status().paused()) {
        paused++;
      } else if (container.observed().status().running()) {
        running++;
      }
    }
    return new Counts(all, running, paused, all - running - paused);
  }

  /** The tenant's containers that were made of that image, newest first. */
  public List<Container> madeOf(ImageId image) {
    return all().stream()
        .filter(
            container ->
                container.observed().summary().path("ImageID").asText().equals(image.value()))
        .toList();
  }

  /** The tenant's containers, newest first. */
  public List<Container> all() {
    return index.all().stream().sorted(NEWEST_FIRST).toList();
  }

  /**
   * The answer to {@code GET /containers/json}: a JSON array.
   *
   * @throws Filters.InvalidFilterException when a filter names a container that is not there
   */
  public byte[] list(ContainerQuery query) {
    Instant now = view.now();
    TenantImages images = view.imagesOf(tenant);
    ContainerFilter filter =
        new ContainerFilter(
            query,
            view.imageFamily(tenant, query.filters().get("ancestor")),
            bound(query.since(), query.filters().get("since"), Comparator.naturalOrder()),
            bound(query.before(), query.filters().get("before"), Comparator.reverseOrder()));
    Stream<Container> chosen =
        index.all().stream()
            .filter(filter)
            .filter(container -> query.includesStopped() || !view.isLost(container.host()))
            .sorted(NEWEST_FIRST);
    if (query.limit() > 0) {
      chosen = chosen.limit(query.limit());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    out.write('[');
    chosen.forEachOrdered(
        container -> {
          if (out.size() > 1) {
            out.write(',');
          }
          container
              .entry()
              .write(
                  out, container.observed().status(), view.isLost(container.host()), now, images);
        });
    out.write(']');
    out.write('\n');
    return out.toByteArray();
  }

  /** The latest, in that order, of the creation times of the containers that are named. */
  private Optional<Instant> bound(
      String parameter, List<String> filters, Comparator<Instant> order) {
    return Stream.concat(
            parameter.isEmpty() ? Stream.empty() : Stream.of(parameter), filters.stream())
        .map(this::created)
        .max(order);
  }

  private Instant created(String reference) {
    if (resolve(reference) instanceof Resolution.Found(Container container)) {
      return container.observed().created();
    }
    throw new Filters.InvalidFilterException("no such container " + reference);
  }
}
