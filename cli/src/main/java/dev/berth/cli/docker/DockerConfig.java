package dev.berth.cli.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The docker CLI's {@code config.json}: who calls is two of its {@code HttpHeaders}. Everything
 * else in the file belongs to others and is kept as it is.
 */
public final class DockerConfig {
  public static final String TOKEN_HEADER = "X-Auth-Token";
  public static final String TENANT_HEADER = "X-Auth-TenantId";

  private static final String HEADERS = "HttpHeaders";

  /** Numbers keep every digit, so that writing back what was read changes nothing. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .defaultPrettyPrinter(
              new DefaultPrettyPrinter()
                  .withObjectIndenter(new DefaultIndenter("\t", "\n"))
                  .withArrayIndenter(new DefaultIndenter("\t", "\n")))
          .build();

  /** Who calls, as the headers say it. */
  public record Identity(String token, String tenant) {
    @Override
    public String toString() {
      return "Identity[tenant=" + tenant + "]";
    }
  }

  private final Path file;
  private final ObjectNode root;

  private DockerConfig(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  /** The directory that the docker CLI would use. */
  public static Path directory(Surroundings surroundings) {
    return surroundings
        .variable("DOCKER_CONFIG")
        .map(Path::of)
        .orElseGet(() -> surroundings.home().resolve(".docker"));
  }

  /**
   * Reads a directory's {@code config.json}; none is an empty one.
   *
   * @throws CommandFailure when it cannot be read or is no JSON object; it is not touched then
   */
  public static DockerConfig read(Path directory) {
    Path file = directory.resolve("config.json");
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length == 0) {
        return new DockerConfig(file, JSON.createObjectNode());
      }
      if (JSON.readTree(bytes) instanceof ObjectNode root) {
        return new DockerConfig(file, root);
      }
      throw new CommandFailure(
          "cannot use %s: it is not a JSON object: repair it or move it away".formatted(file));
    } catch (NoSuchFileException e) {
      return new DockerConfig(file, JSON.createObjectNode());
    } catch (JsonProcessingException e) {
      throw new CommandFailure(
          "cannot use %s: it is not JSON (line %d): repair it or move it away"
              .formatted(file, e.getLocation() == null ? 0 : e.getLocation().getLineNr()),
          e);
    } catch (IOException e) {
      throw new CommandFailure("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  public Path file() {
    return file;
  }

  /** Who is logged in here. */
  public Optional<Identity> identity() {
    Optional<String> token = header(TOKEN_HEADER);
    Optional<String> tenant = header(TENANT_HEADER);
    return token.isPresent() && tenant.isPresent()
        ? Optional.of(new Identity(token.get(), tenant.get()))
        : Optional.empty();
  }

  /** This file with another identity. */
  public DockerConfig with(Identity identity) {
    ObjectNode changed = without().root;
    ObjectNode headers =
        changed.get(HEADERS) instanceof ObjectNode present ? present : changed.putObject(HEADERS);
    headers.put(TOKEN_HEADER, identity.token());
    headers.put(TENANT_HEADER, identity.tenant());
    return new DockerConfig(file, changed);
  }

  /** This file with no identity. */
  public DockerConfig without() {
    ObjectNode changed = root.deepCopy();
    if (changed.get(HEADERS) instanceof ObjectNode headers) {
      for (String name : names(headers)) {
        if (isIdentity(name)) {
          headers.remove(name);
        }
      }
      if (headers.isEmpty()) {
        changed.remove(HEADERS);
      }
    }
    return new DockerConfig(file, changed);
  }

  /**
   * A copy of this file for another directory, for one identity: registry logins and plug-ins go
   * along, the chosen context does not, because it would name another endpoint.
   */
  public DockerConfig copyTo(Path directory, Identity identity) {
    ObjectNode copy = with(identity).root;
    copy.remove("currentContext");
    Path plugins = file.resolveSibling("cli-plugins");
    if (Files.isDirectory(plugins)) {
      addText(copy, "cliPluginsExtraDirs", plugins.toAbsolutePath().toString());
    }
    return new DockerConfig(directory.resolve("config.json"), copy);
  }

  /**
   * Writes the file so that a reader sees the old one or the new one, readable by its owner only. A
   * symbolic link stays one: what it points to is written.
   */
  public void write() {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
      Path next =
          Files.createTempFile(
              target.getParent(),
              ".config-",
              ".json",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.write(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private Optional<String> header(String name) {
    if (root.get(HEADERS) instanceof ObjectNode headers) {
      for (String candidate : names(headers)) {
        if (candidate.equalsIgnoreCase(name) && headers.get(candidate).isTextual()) {
          return Optional.of(headers.get(candidate).textValue());
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isIdentity(String header) {
    return header.equalsIgnoreCase(TOKEN_HEADER) || header.equalsIgnoreCase(TENANT_HEADER);
  }

  private static List<String> names(ObjectNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void addText(ObjectNode node, String name, String text) {
    for (JsonNode present : node.withArray(name)) {
      if (present.asText().equals(text)) {
        return;
      }
    }
    node.withArray(name).add(text);
  }
}
