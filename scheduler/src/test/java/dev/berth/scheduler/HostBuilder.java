package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import java.util.HashMap;
import java.util.Map;

/** Arranges a host that reads like one. */
public final class HostBuilder {
  private final HostId id;
  private final Map<String, String> labels = new HashMap<>();
  private String name;
  private NanoCpus cpus = NanoCpus.ofCpus(4);
  private Bytes memory = new Bytes(1_000);
  private HostCondition condition = HostCondition.HEALTHY;

  private Platform platform = Platform.UNKNOWN;
  private HostTerms terms = HostTerms.USUAL;

  private HostBuilder(String id) {
    this.id = new HostId(id);
    this.name = id;
  }

  public static HostBuilder host(String id) {
    return new HostBuilder(id);
  }

  public HostBuilder named(String newName) {
    name = newName;
    return this;
  }

  public HostBuilder cpus(int count) {
    cpus = NanoCpus.ofCpus(count);
    return this;
  }

  public HostBuilder memory(long bytes) {
    memory = new Bytes(bytes);
    return this;
  }

  public HostBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  public HostBuilder is(HostCondition newCondition) {
    condition = newCondition;
    return this;
  }

  public HostBuilder platform(String os, String architecture) {
    platform = new Platform("", "", "", os, architecture, "");
    return this;
  }

  public HostBuilder extra(ResourceKind kind, long amount) {
    terms = terms.with(terms.extras().plus(Extras.of(kind, amount)));
    return this;
  }

  public HostBuilder keeping(int cpuCount, long bytes) {
    terms = terms.keeping(new Resources(NanoCpus.ofCpus(cpuCount), new Bytes(bytes)));
    return this;
  }

  public HostBuilder with(Overcommit overcommit) {
    terms = terms.with(overcommit);
    return this;
  }

  public HostBuilder under(Pressure pressure) {
    terms = terms.under(pressure);
    return this;
  }

  public Host build() {
    return new Host(id, name, new Resources(cpus, memory), labels, condition, terms, platform);
  }
}
