package dev.berth.lab.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * A written image archive: what {@code POST /images/load} takes (Docker Image Specification v1.2,
 * the combined image and file system changeset format).
 *
 * @param file the archive
 * @param imageId the id every engine gives this image, {@code sha256:} and 64 hex digits
 */
public record ImageArchive(Path file, String imageId) {

  /** Fixed, so that the same content is the same image on every engine and on every day. */
  static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private static final ObjectMapper JSON = new ObjectMapper();

  static ImageArchive write(LabImage image, Path file) throws IOException {
    Path layer = Files.createTempFile(file.toAbsolutePath().getParent(), "layer", ".tar");
    try {
      MessageDigest digest = sha256();
      try (OutputStream out =
              new DigestOutputStream(
                  new BufferedOutputStream(Files.newOutputStream(layer)), digest);
          TarWriter tar = new TarWriter(out)) {
        for (Map.Entry<String, Entry> entry : image.entries().entrySet()) {
          tar.add(entry.getKey(), entry.getValue());
        }
      }
      String config = config(image, hex(digest.digest()));
      String configId = hex(sha256().digest(config.getBytes(UTF_8)));
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
          TarWriter tar = new TarWriter(out)) {
        tar.add("layer.tar", new Entry.Copy(layer, 0644));
        tar.add(configId + ".json", new Entry.Text(config, 0644));
        tar.add("manifest.json", new Entry.Text(manifest(image, configId), 0644));
      }
      return new ImageArchive(file, "sha256:" + configId);
    } finally {
      Files.deleteIfExists(layer);
    }
  }

  private static String config(LabImage image, String layerDigest) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("architecture", architecture());
    root.put("os", "linux");
    root.put("created", CREATED.toString());
    ObjectNode config = root.putObject("config");
    image.environment().forEach((name, value) -> config.withArray("Env").add(name + "=" + value));
    image.entrypoint().forEach(config.withArray("Entrypoint")::add);
    image.command().forEach(config.withArray("Cmd")::add);
    ObjectNode labels = config.putObject("Labels");
    image.labels().forEach(labels::put);
    image.ports().forEach(port -> config.withObject("ExposedPorts").putObject(port));
    image.volumes().forEach(volume -> config.withObject("Volumes").putObject(volume));
    ObjectNode files = root.putObject("rootfs");
    files.put("type", "layers");
    files.putArray("diff_ids").add("sha256:" + layerDigest);
    root.putArray("history")
        .addObject()
        .put("created", CREATED.toString())
        .put("created_by", "berth lab");
    return JSON.writeValueAsString(root);
  }

  private static String manifest(LabImage image, String configId) throws IOException {
    ArrayNode manifest = JSON.createArrayNode();
    ObjectNode entry = manifest.addObject();
    entry.put("Config", configId + ".json");
    entry.putArray("RepoTags").add(image.name());
    entry.putArray("Layers").add("layer.tar");
    return JSON.writeValueAsString(manifest);
  }

  /** The machine's architecture in Go's words, which images use. */
  private static String architecture() {
    String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return name.equals("aarch64") ? "arm64" : name;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
