package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.TenantId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room that containers and volumes take, as their engines say. All hosts are asked at once; one
 * that does not answer in time is left out. Safe for any thread.
 */
public final class DiskUsage {
  private static final Logger LOG = LoggerFactory.getLogger(DiskUsage.class);

  /** Engines walk through every file of every volume for this. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /**
   * A container's bytes.
   *
   * @param written what it changed of its image
   * @param whole with its image
   */
  public record Size(long written, long whole) {}

  /**
   * A volume on a host.
   *
   * @param engineName what the host's engine calls it
   */
  public record VolumeOn(HostId host, String engineName) {}

  private final Hosts hosts;

  // An engine refuses to be asked twice at once: who comes meanwhile gets the same answer.
  private final Map<HostId, CompletableFuture<Map<VolumeOn, Long>>> walks =
      new ConcurrentHashMap<>();

  public DiskUsage(Hosts hosts) {
    this.hosts = hosts;
  }

  /** The sizes of a tenant's containers on those hosts. */
  public Map<ContainerId, Size> containers(TenantId tenant, Collection<HostId> of) {
    String filters = "{\"label\":[\"%s=%s\"]}".formatted(Labels.TENANT, tenant);
    String target =
        "/containers/json?all=1&size=1&filters="
            + URLEncoder.encode(filters, StandardCharsets.UTF_8);
    return each(of, host -> containers(host, target));
  }

  private Map<ContainerId, Size> containers(HostId host, String target) {
    Map<ContainerId, Size> sizes = new HashMap<>();
    for (JsonNode container : ask(host, target)) {
      sizes.put(
          new ContainerId(container.path("Id").asText()),
          new Size(container.path("SizeRw").asLong(), container.path("SizeRootFs").asLong()));
    }
    return sizes;
  }

  /** The bytes in all volumes on those hosts. */
  public Map<VolumeOn, Long> volumes(Collection<HostId> of) {
    return each(of, this::volumes);
  }

  private Map<VolumeOn, Long> volumes(HostId host) {
    CompletableFuture<Map<VolumeOn, Long>> mine = new CompletableFuture<>();
    CompletableFuture<Map<VolumeOn, Long>> walk = walks.putIfAbsent(host, mine);
    if (walk != null) {
      return walk.join();
    }
    Map<VolumeOn, Long> sizes = new HashMap<>();
    try {
      for (JsonNode volume : ask(host, "/system/df").path("Volumes")) {
        sizes.put(
            new VolumeOn(host, volume.path("Name").asText()),
            volume.path("UsageData").path("Size").asLong());
      }
    } finally {
      walks.remove(host);
      mine.complete(sizes);
    }
    return sizes;
  }

  private JsonNode ask(HostId host, String target) {
    try {
      EngineAnswer answer = hosts.link(host).call("GET", target, ANSWER);
      if (answer.isOk()) {
        return answer.json();
      }
      throw new IOException(answer.message());
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("host", host).setCause(e).log("does not tell what takes room");
      return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }
  }

  private static <K, V> Map<K, V> each(
      Collection<HostId> hosts, Function<HostId, Map<K, V>> question) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Map<K, V>>> answers =
          hosts.stream()
              .distinct()
              .map(host -> CompletableFuture.supplyAsync(() -> question.apply(host), threads))
              .toList();
      Map<K, V> all = new HashMap<>();
      answers.forEach(answer -> all.putAll(answer.join()));
      return all;
    }
  }
}
