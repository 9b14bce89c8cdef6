package dev.berth.cli.daemon;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What runs from a data directory, as other {@code berth} commands need to know it.
 *
 * @param pid the process
 * @param started see {@link ProcessMark}
 * @param endpoints for clients; empty while it starts
 * @param cluster where agents join, as host:port; empty while it starts
 * @param data the manager's own directory, with the operator's token
 * @param lab the directory of the lab that belongs to it; empty without one
 * @param host whether this machine is one of its hosts
 */
public record Run(
    long pid,
    String started,
    List<Door> endpoints,
    String cluster,
    String data,
    String lab,
    boolean host) {

  /**
   * Where clients reach it.
   *
   * @param uri as {@code tcp://HOST:PORT}
   * @param ca the file of the certificate authority; empty without TLS
   */
  public record Door(String uri, String ca) {
    @JsonIgnore
    public boolean isTls() {
      return !ca.isEmpty();
    }
  }

  public Run {
    endpoints = List.copyOf(endpoints);
  }

  /** One of this process that has begun and serves nothing yet. */
  static Run starting(Path data, Optional<Path> lab, boolean host) {
    ProcessMark self = ProcessMark.ofSelf();
    return new Run(
        self.pid(),
        self.started(),
        List.of(),
        "",
        data.toString(),
        lab.map(Path::toString).orElse(""),
        host);
  }

  Run ready(List<Door> doors, String clusterAddress) {
    return new Run(pid, started, doors, clusterAddress, data, lab, host);
  }

  @JsonIgnore
  public boolean isReady() {
    return !endpoints.isEmpty();
  }

  @JsonIgnore
  ProcessMark mark() {
    return new ProcessMark(pid, started);
  }

  @JsonIgnore
  public boolean isAlive() {
    return mark().find().isPresent();
  }

  @JsonIgnore
  public Optional<Path> labDirectory() {
    return lab.isEmpty() ? Optional.empty() : Optional.of(Path.of(lab));
  }

  /** The file with the operator's token. */
  @JsonIgnore
  public Path adminToken() {
    return Path.of(data).resolve("admin-token");
  }
}
