package dev.berth.integrationtests;

import java.util.ArrayList;
import java.util.List;

/** A tenant whose containers are made and not started, to see where they come. */
final class PlacedTenant {
  private final Docker docker;

  PlacedTenant(Docker docker) {
    this.docker = docker;
  }

  Docker docker() {
    return docker;
  }

  /** Makes one with these options, and returns its id. */
  String create(String... options) {
    List<String> words = new ArrayList<>(List.of("create"));
    words.addAll(List.of(options));
    words.addAll(List.of("busybox", "sleep", "600"));
    return docker.ok(words.toArray(String[]::new));
  }

  String hostOf(String container) {
    return docker.ok("inspect", "-f", "{{.Node.Name}}", container);
  }

  /** The name of the host in that zone. */
  String host(String zone) {
    return inZone(zone, "{{.Node.Name}}");
  }

  /** The id of the host in that zone. */
  String hostId(String zone) {
    return inZone(zone, "{{.Node.ID}}");
  }

  private String inZone(String zone, String format) {
    String id = create("-e", "constraint:zone==" + zone);
    String told = docker.ok("inspect", "-f", format, id);
    docker.remove(id);
    return told;
  }

  void removeAll() {
    List<String> ids = docker.run("ps", "-aq").ok().lines();
    if (!ids.isEmpty()) {
      docker.remove(ids.toArray(String[]::new));
    }
  }
}
