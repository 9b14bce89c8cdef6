package dev.berth.scheduler;

import dev.berth.common.id.ContainerId;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import dev.berth.scheduler.HostPort.Protocol;
import dev.berth.scheduler.expression.Hints;
import dev.berth.scheduler.expression.MalformedHintException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Arranges a request that reads like one. */
public final class RequestBuilder {
  private final RecordId id;
  private final List<HostPort> ports = new ArrayList<>();
  private final List<String> hints = new ArrayList<>();
  private final List<String> rules = new ArrayList<>();
  private final Map<String, String> labels = new HashMap<>();
  private final Set<HostId> dependencies = new HashSet<>();
  private TenantId tenant = new TenantId("acme");
  private NanoCpus cpus = NanoCpus.NONE;
  private Bytes memory = Bytes.NONE;
  private Optional<ContainerName> name = Optional.empty();
  private Optional<ContainerId> containerId = Optional.empty();
  private HostImages images = HostImages.NONE;

  private Extras extras = Extras.NONE;
  private Optional<AskedPlatform> platform = Optional.empty();
  private Optional<RecordId> replaced = Optional.empty();

  private RequestBuilder(int number) {
    id = id(number);
  }

  public static RequestBuilder request(int number) {
    return new RequestBuilder(number);
  }

  public static RecordId id(int number) {
    return new RecordId("%032x".formatted(number));
  }

  public static HostId hostId(String text) {
    return new HostId(text);
  }

  public RequestBuilder of(String newTenant) {
    tenant = new TenantId(newTenant);
    return this;
  }

  public RequestBuilder replacing(int number) {
    replaced = Optional.of(id(number));
    return this;
  }

  public RequestBuilder nanoCpus(long amount) {
    cpus = new NanoCpus(amount);
    return this;
  }

  public RequestBuilder cpus(int count) {
    cpus = NanoCpus.ofCpus(count);
    return this;
  }

  public RequestBuilder memory(long bytes) {
    memory = new Bytes(bytes);
    return this;
  }

  public RequestBuilder tcp(int port) {
    return port(HostPort.ANY_ADDRESS, port, Protocol.TCP);
  }

  public RequestBuilder port(String address, int port, Protocol protocol) {
    ports.add(new HostPort(address, port, protocol));
    return this;
  }

  public RequestBuilder named(String newName) {
    name = Optional.of(new ContainerName(newName));
    return this;
  }

  public RequestBuilder containerId(String newId) {
    containerId = Optional.of(new ContainerId(newId));
    return this;
  }

  public RequestBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  public RequestBuilder hint(String... texts) {
    hints.addAll(List.of(texts));
    return this;
  }

  /** Its tenant is kept to hosts that satisfy that constraint. */
  public RequestBuilder rule(String text) {
    rules.add("constraint:" + text);
    return this;
  }

  public RequestBuilder with(String... hosts) {
    Arrays.stream(hosts).map(HostId::new).forEach(dependencies::add);
    return this;
  }

  public RequestBuilder knowing(String host, String... newImages) {
    Set<String> there = Set.of(newImages);
    images = id -> id.value().equals(host) ? there : Set.of();
    return this;
  }

  /** Its image, {@code nginx}, is on these hosts already. */
  public RequestBuilder imageOn(String... hosts) {
    Set<HostId> having =
        Arrays.stream(hosts).map(HostId::new).collect(Collectors.toUnmodifiableSet());
    images =
        new HostImages() {
          @Override
          public Set<String> on(HostId host) {
            return having.contains(host) ? Set.of("nginx") : Set.of();
          }

          @Override
          public Set<HostId> having() {
            return having;
          }
        };
    return this;
  }

  public RequestBuilder extra(ResourceKind kind, long amount) {
    extras = extras.plus(Extras.of(kind, amount));
    return this;
  }

  public RequestBuilder platform(String text) {
    platform = AskedPlatform.of(text);
    return this;
  }

  public Request build() {
    try {
      return new Request(
          id,
          tenant,
          new ContainerFacts(name, containerId, labels),
          new Resources(cpus, memory),
          ports,
          images,
          dependencies,
          Hints.parse(hints),
          new Demands(extras, platform, replaced, Hints.parse(rules).constraints()));
    } catch (MalformedHintException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
