package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import dev.berth.scheduler.AskedPlatform;
import dev.berth.scheduler.ContainerFacts;
import dev.berth.scheduler.Demands;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.Host;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostImages;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.HostTerms;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Platform;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.ResourceKind;
import dev.berth.scheduler.expression.Hints;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Says to the scheduler what create bodies, records and host descriptions mean. */
final class Reservations {
  private final View view;
  private final Resources reserve;
  private final Function<TenantId, Allotment> allotments;

  /** With what each host keeps for itself, and what each tenant may have. */
  Reservations(View view, Resources reserve, Function<TenantId, Allotment> allotments) {
    this.view = view;
    this.reserve = reserve;
    this.allotments = allotments;
  }

  /** What asks for a place. */
  Request asked(Placer.Wanted wanted, JsonNode body, Hints hints) {
    return new Request(
        wanted.id(),
        wanted.tenant(),
        new ContainerFacts(name(wanted.name()), Optional.empty(), labels(body)),
        resources(body),
        List.copyOf(PublishedPorts.fixed(body)),
        images(wanted.tenant(), body),
        wanted.boundTo(),
        hints,
        demands(body)
            .on(platform(body))
            .replacing(wanted.replaced())
            .under(allotments.apply(wanted.tenant()).constraints()));
  }

  /** What has its place already: nothing is asked of it any more. */
  Request held(ContainerRecord record, JsonNode body) {
    return new Request(
        new RecordId(record.id()),
        new TenantId(record.tenant()),
        facts(record, labels(body)),
        resources(body),
        List.copyOf(PublishedPorts.fixed(body)),
        HostImages.NONE,
        Set.of(),
        Hints.NONE,
        demands(body));
  }

  ContainerFacts facts(ContainerRecord record, Map<String, String> labels) {
    return new ContainerFacts(
        name(record.name()),
        record.containerId().isEmpty()
            ? Optional.empty()
            : Optional.of(new ContainerId(record.containerId())),
        labels);
  }

  private static Optional<ContainerName> name(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(new ContainerName(name));
  }

  /** Those of the user: Berth's own are nobody's affinity. */
  private static Map<String, String> labels(JsonNode body) {
    Map<String, String> labels = new HashMap<>();
    for (var label : body.path("Labels").properties()) {
      if (!Labels.isReserved(label.getKey())) {
        labels.put(label.getKey(), label.getValue().asText());
      }
    }
    return labels;
  }

  private static Optional<AskedPlatform> platform(JsonNode body) {
    return AskedPlatform.of(body.path("Labels").path(Labels.PLATFORM).asText(""));
  }

  private static Demands demands(JsonNode body) {
    long gpus = Gpus.asked(body);
    long pids = body.path("HostConfig").path("PidsLimit").asLong();
    String size = body.path("HostConfig").path("StorageOpt").path("size").asText("");
    Extras devices = Devices.asked(body);
    if (gpus == 0 && pids <= 0 && size.isEmpty() && devices.isNone()) {
      return Demands.NONE;
    }
    return Demands.of(
        Extras.of(ResourceKind.GPU, gpus)
            .plus(Extras.of(ResourceKind.PIDS, pids))
            .plus(Extras.of(ResourceKind.DISK, disk(size)))
            .plus(devices));
  }

  /** Policy lets by what an engine can read; what older records hold besides reserves nothing. */
  private static long disk(String size) {
    try {
      return size.isEmpty() ? 0 : Bytes.parse(size).value();
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  /** Without a limit a container is taken at its word of what it will use. */
  static Resources resources(JsonNode body) {
    JsonNode host = body.path("HostConfig");
    long limit = host.path("Memory").asLong();
    long memory = limit > 0 ? limit : host.path("MemoryReservation").asLong();
    return new Resources(
        NanoCpus.ofHostConfig(
            host.path("NanoCpus").asLong(),
            host.path("CpuQuota").asLong(),
            host.path("CpuPeriod").asLong()),
        new Bytes(Math.clamp(memory, 0, Bytes.MAX.value())));
  }

  /** What another tenant has on a host is not seen by this one's affinities. */
  private HostImages images(TenantId tenant, JsonNode body) {
    return new HostImages() {
      @Override
      public Set<String> on(HostId host) {
        Set<String> names = new HashSet<>();
        for (TenantImage image : view.imagesOf(tenant).all()) {
          if (view.imageHosts(image.id()).contains(host)) {
            names.add(image.id().value());
            names.addAll(image.tags());
            names.addAll(image.digests());
          }
        }
        return names;
      }

      @Override
      public Set<HostId> having() {
        String image = body.path("Image").asText();
        return ImageId.isOne(image) ? view.imageHosts(new ImageId(image)) : Set.of();
      }
    };
  }

  Host host(
      HostDescriptor host, Map<String, String> labels, HostCondition condition, Pressure pressure) {
    Platform platform =
        new Platform(
            host.storageDriver(),
            host.kernelVersion(),
            host.operatingSystem(),
            host.osType(),
            host.architecture(),
            host.engineVersion());
    Host described =
        new Host(
            new HostId(host.id()),
            host.name(),
            new Resources(NanoCpus.ofCpus(host.cpus()), new Bytes(host.memory())),
            Host.labels(platform, labels),
            condition);
    HostTerms terms =
        HostTerms.USUAL.keeping(reserve).under(pressure).with(HostResources.of(labels));
    return described.of(platform).on(overcommit(labels).map(terms::with).orElse(terms));
  }

  /** An engine's own label can say anything: one that nobody understands says nothing. */
  private static Optional<Overcommit> overcommit(Map<String, String> labels) {
    try {
      return Optional.ofNullable(labels.get(HostState.OVERCOMMIT_LABEL)).map(Overcommit::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
