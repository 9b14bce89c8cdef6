package dev.berth.manager.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.id.ImageId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArchivesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String DIGITS = "ab".repeat(32);
  private static final String MANIFEST =
      """
      [{"Config":"%s.json","RepoTags":["web:1","web:2"],"Layers":["l1/layer.tar"],"Parent":"sha256:x"}]
      """
          .formatted(DIGITS);

  private static byte[] archive(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarOutput out = new TarOutput(bytes);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      out.write(file.getKey(), file.getValue(), 1);
    }
    out.end();
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> files(byte[] archive) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    TarInput in = new TarInput(new ByteArrayInputStream(archive));
    Optional<TarEntry> entry = in.next();
    while (entry.isPresent()) {
      files.put(entry.get().name(), in.content().readAllBytes());
      entry = in.next();
    }
    return files;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] loaded(LoadedArchive archive, byte[] from) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    archive.copy(new ByteArrayInputStream(from), out);
    return out.toByteArray();
  }

  private static Map<String, byte[]> image() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("l1/layer.tar", new byte[] {1, 2, 3});
    files.put("manifest.json", bytes(MANIFEST));
    files.put("repositories", bytes("{\"web\":{\"1\":\"l1\"}}"));
    return files;
  }

  @Test
  void a_loaded_archive_reaches_the_engine_without_its_names() throws IOException {
    LoadedArchive archive = new LoadedArchive();
    Map<String, byte[]> files = files(loaded(archive, archive(image())));
    assertThat(files.keySet()).containsExactly("l1/layer.tar", "manifest.json", "repositories");
    assertThat(files.get("l1/layer.tar")).containsExactly(1, 2, 3);
    assertThat(files.get("repositories")).isEqualTo(bytes("{}"));
    JsonNode manifest = JSON.readTree(files.get("manifest.json"));
    assertThat(manifest)
        .isEqualTo(
            JSON.readTree(
                "[{\"Config\":\"%s.json\",\"RepoTags\":null,\"Layers\":[\"l1/layer.tar\"]}]"
                    .formatted(DIGITS)));
    assertThat(archive.names()).contains(List.of(List.of("web:1", "web:2")));
  }

  @Test
  void an_archive_packed_with_gzip_is_unpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(archive(image()));
    }
    assertThat(files(loaded(new LoadedArchive(), packed.toByteArray()))).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "manifest.json, 2, other.json",
    "manifest.json, 1, other.json",
    "./x/../../manifest.json, 0, ''",
    "dir, 2, .",
    "repositories, 5, ''",
    "fifo, 6, ''",
    "x/layer.tar, 2, ../manifest.json",
  })
  void what_could_stand_for_the_list_of_images_is_refused(String name, char type, String link)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarOutput out = new TarOutput(bytes);
    out.write(new TarEntry(name, type, 0, 0644, 0, link), new ByteArrayInputStream(new byte[0]));
    out.end();
    assertThatThrownBy(() -> loaded(new LoadedArchive(), bytes.toByteArray()))
        .isInstanceOf(MalformedArchiveException.class);
  }

  @ParameterizedTest
  @CsvSource({"./manifest.json", "/manifest.json", "a/./../manifest.json", "./repositories"})
  void names_under_another_spelling_are_taken_out_as_well(String name) throws IOException {
    LoadedArchive archive = new LoadedArchive();
    byte[] from = archive(Map.of(name, bytes(name.endsWith("json") ? MANIFEST : "{\"web\":{}}")));
    byte[] copied;
    try {
      copied = loaded(archive, from);
    } catch (MalformedArchiveException e) {
      return;
    }
    assertThat(new String(copied, StandardCharsets.ISO_8859_1)).doesNotContain("web");
  }

  @Test
  void a_shared_layer_keeps_its_link() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarOutput out = new TarOutput(bytes);
    out.write(
        new TarEntry("l2/layer.tar", '2', 0, 0777, 0, "../l1/layer.tar"),
        new ByteArrayInputStream(new byte[0]));
    out.end();
    TarInput in =
        new TarInput(new ByteArrayInputStream(loaded(new LoadedArchive(), bytes.toByteArray())));
    assertThat(in.next().orElseThrow().link()).isEqualTo("../l1/layer.tar");
  }

  @Test
  void what_breaks_off_is_refused() throws IOException {
    byte[] whole = archive(image());
    for (int length : List.of(100, 512 + 2, 1500)) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> loaded(new LoadedArchive(), cut))
          .isInstanceOf(MalformedArchiveException.class);
    }
  }

  @Test
  void a_saved_archive_has_the_tenants_names() throws IOException {
    Map<String, byte[]> files = image();
    files.put(
        "manifest.json",
        bytes(
            "[{\"Config\":\"%s.json\",\"RepoTags\":[\"other:1\"],\"Layers\":[\"l1/layer.tar\"]}]"
                .formatted(DIGITS)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new SavedArchive(Map.of(new ImageId("sha256:" + DIGITS), List.of("mine:1", "host:5/x:2")))
        .copy(new ByteArrayInputStream(archive(files)), out);
    Map<String, byte[]> saved = files(out.toByteArray());
    assertThat(saved.get("l1/layer.tar")).containsExactly(1, 2, 3);
    assertThat(JSON.readTree(saved.get("manifest.json")).get(0).get("RepoTags"))
        .isEqualTo(JSON.readTree("[\"mine:1\",\"host:5/x:2\"]"));
    assertThat(JSON.readTree(saved.get("repositories")))
        .isEqualTo(JSON.readTree("{\"mine\":{\"1\":\"l1\"},\"host:5/x\":{\"2\":\"l1\"}}"));
  }

  @Property
  void what_is_written_is_read_again(
      @ForAll
          @StringLength(min = 1, max = 300)
          @CharRange(from = 'a', to = 'z')
          @CharRange(from = 'à', to = 'ÿ')
          String name,
      @ForAll @Size(max = 2000) byte[] content)
      throws IOException {
    Map<String, byte[]> files = files(archive(Map.of(name, content)));
    assertThat(files.get(name)).isEqualTo(content);
  }
}
