package dev.berth.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a host's engine is set up when the host is added; it keeps this over power cuts. Immutable.
 *
 * @param registryMirrors URLs of registries to ask before Docker Hub, such as {@code
 *     http://10.213.1.1:5000}
 * @param insecureRegistries {@code host:port} or networks of registries to talk plain HTTP to
 * @param engineLabels {@code key=value} labels of the engine
 * @param engineFlags further words for dockerd's command line
 * @param startLimit how long an engine may take until it answers
 */
public record LabOptions(
    List<String> registryMirrors,
    List<String> insecureRegistries,
    List<String> engineLabels,
    List<String> engineFlags,
    Duration startLimit) {

  /** No registry, no label, a minute to start. */
  public static final LabOptions DEFAULTS =
      new LabOptions(List.of(), List.of(), List.of(), List.of(), Duration.ofSeconds(60));

  public LabOptions {
    registryMirrors = List.copyOf(registryMirrors);
    insecureRegistries = List.copyOf(insecureRegistries);
    engineLabels = List.copyOf(engineLabels);
    engineFlags = List.copyOf(engineFlags);
  }

  public LabOptions withRegistryMirror(String url) {
    return new LabOptions(
        plus(registryMirrors, url), insecureRegistries, engineLabels, engineFlags, startLimit);
  }

  public LabOptions withInsecureRegistry(String registry) {
    return new LabOptions(
        registryMirrors, plus(insecureRegistries, registry), engineLabels, engineFlags, startLimit);
  }

  public LabOptions withEngineLabel(String label) {
    return new LabOptions(
        registryMirrors, insecureRegistries, plus(engineLabels, label), engineFlags, startLimit);
  }

  public LabOptions withEngineFlag(String flag) {
    return new LabOptions(
        registryMirrors, insecureRegistries, engineLabels, plus(engineFlags, flag), startLimit);
  }

  public LabOptions withStartLimit(Duration limit) {
    return new LabOptions(registryMirrors, insecureRegistries, engineLabels, engineFlags, limit);
  }

  private static List<String> plus(List<String> list, String value) {
    List<String> longer = new ArrayList<>(list);
    longer.add(value);
    return longer;
  }
}
