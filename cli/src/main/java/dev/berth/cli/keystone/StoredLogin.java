package dev.berth.cli.keystone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.keystone.Proof.ApplicationCredential;
import dev.berth.cli.keystone.Proof.Named;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The login that can be made again without asking: an application credential and whose Keystone it
 * is for, in a file beside docker's {@code config.json} that its owner alone can read.
 */
public final class StoredLogin {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String FILE = "berth-login.json";

  /** What is in the file. */
  public record Content(KeystoneLogin keystone, ApplicationCredential credential) {}

  private final Path file;

  private StoredLogin(Path file) {
    this.file = file;
  }

  /** The one of docker's configuration directory; it need not be there. */
  public static StoredLogin in(Path directory) {
    return new StoredLogin(directory.resolve(FILE));
  }

  public Path file() {
    return file;
  }

  /**
   * What is there.
   *
   * @throws CommandFailure when it is not what this wrote
   */
  public Optional<Content> read() {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      Optional<Named> user =
          text(json, "user").map(name -> new Named(name, text(json, "userDomain")));
      return Optional.of(
          new Content(
              KeystoneLogin.at(required(json, "keystone"), text(json, "ca").map(Path::of)),
              new ApplicationCredential(
                  required(json, "applicationCredential"), user, required(json, "secret"))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot read %s: %s: log in again with `berth login --keystone`"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private String required(JsonNode json, String field) {
    return text(json, field)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "%s has no %s: log in again with `berth login --keystone`"
                        .formatted(file, field)));
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue()).filter(text -> !text.isEmpty());
  }

  /** Writes it in the place of what was there. */
  public void write(Content content) {
    ObjectNode json = JSON.createObjectNode();
    json.put("keystone", content.keystone().url().toString());
    content.keystone().ca().ifPresent(ca -> json.put("ca", ca.toString()));
    json.put("applicationCredential", content.credential().id());
    content
        .credential()
        .user()
        .ifPresent(
            user -> {
              json.put("user", user.name());
              user.domain().ifPresent(domain -> json.put("userDomain", domain));
            });
    json.put("secret", content.credential().secret());
    try {
      Path next =
          Files.createTempFile(
              file.toAbsolutePath().getParent(),
              ".berth-login-",
              ".json",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.write(next, JSON.writeValueAsBytes(json));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Takes it away; nothing happens when it is not there. */
  public void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new CommandFailure("cannot remove %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
