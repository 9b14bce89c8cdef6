package dev.berth.cli.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.common.tls.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A context of the docker command: an endpoint with a client certificate, under a name. The files
 * are where the docker command keeps them, in directories named by the hash of the context's name.
 */
public final class DockerContext {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.+-]+");

  private final String name;
  private final Path meta;
  private final Path tls;

  private DockerContext(String name, Path meta, Path tls) {
    this.name = name;
    this.meta = meta;
    this.tls = tls;
  }

  /** The context of that name in docker's configuration directory; it need not be there. */
  public static DockerContext in(Path configuration, String name) {
    if (!NAME.matcher(name).matches() || name.equals("default")) {
      throw new CommandFailure(
          "\"%s\" cannot be the name of a context: use two or more of [a-zA-Z0-9_.+-]"
              .formatted(name));
    }
    Path contexts = configuration.resolve("contexts");
    String hash = hash(name);
    return new DockerContext(
        name,
        contexts.resolve("meta").resolve(hash),
        contexts.resolve("tls").resolve(hash).resolve("docker"));
  }

  /** Those in docker's configuration directory, by name, but for the one that is always there. */
  public static List<DockerContext> all(Path configuration) throws IOException {
    Path metas = configuration.resolve("contexts").resolve("meta");
    if (!Files.isDirectory(metas)) {
      return List.of();
    }
    List<DockerContext> contexts = new ArrayList<>();
    try (Stream<Path> directories = Files.list(metas)) {
      for (Path meta : directories.toList()) {
        Path file = meta.resolve("meta.json");
        String name = Files.exists(file) ? read(file).path("Name").asText() : "";
        // A directory of another name is one that docker does not find, either.
        if (NAME.matcher(name).matches() && meta.endsWith(hash(name))) {
          contexts.add(in(configuration, name));
        }
      }
    }
    contexts.sort(Comparator.comparing(DockerContext::name));
    return contexts;
  }

  private static JsonNode read(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }

  private static String hash(String name) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Writes the endpoint and the credentials in the place of what was there. */
  public void write(String endpoint, String description, Credentials credentials)
      throws IOException, GeneralSecurityException {
    makeDirectory();
    credentials.saveForDocker(tls);
    Files.deleteIfExists(Credentials.identityFile(tls));
    writeMeta(endpoint, description);
  }

  /**
   * The same with nothing that says who calls.
   *
   * @param ca who signed the endpoint's certificate; empty for one that speaks no TLS
   */
  public void write(String endpoint, String description, Optional<Path> ca) throws IOException {
    // Where there are files for TLS, or only a place for them, docker speaks TLS.
    removeDirectory(tls);
    removeDirectory(tls.getParent());
    if (ca.isPresent()) {
      makeDirectory();
      Files.copy(ca.get(), tls.resolve("ca.pem"));
    }
    writeMeta(endpoint, description);
  }

  private void makeDirectory() throws IOException {
    Files.createDirectories(
        tls, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private void writeMeta(String endpoint, String description) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("Name", name);
    json.putObject("Metadata").put("Description", description);
    json.putObject("Endpoints")
        .putObject("docker")
        .put("Host", endpoint)
        .put("SkipTLSVerify", false);
    Files.createDirectories(meta);
    Path fresh = Files.createTempFile(meta, "meta", ".new");
    Files.write(fresh, JSON.writeValueAsBytes(json));
    Files.move(
        fresh,
        meta.resolve("meta.json"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  public String name() {
    return name;
  }

  /** Where the context leads, if it is there. */
  public Optional<String> endpoint() throws IOException {
    Path file = meta.resolve("meta.json");
    return Files.exists(file)
        ? Optional.of(read(file).at("/Endpoints/docker/Host").asText())
        : Optional.empty();
  }

  /** What was written about it; empty when it is not there. */
  public String description() throws IOException {
    Path file = meta.resolve("meta.json");
    return Files.exists(file) ? read(file).at("/Metadata/Description").asText() : "";
  }

  /** The directory with {@code ca.pem}, {@code cert.pem} and {@code key.pem}. */
  public Path certificates() {
    return tls;
  }

  /** Takes the context away, key and all. */
  public void remove() throws IOException {
    for (Path directory : new Path[] {tls, tls.getParent(), meta}) {
      removeDirectory(directory);
    }
  }

  private static void removeDirectory(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
