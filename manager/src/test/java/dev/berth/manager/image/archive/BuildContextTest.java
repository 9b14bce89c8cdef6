package dev.berth.manager.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BuildContextTest {
  private static final String IGNORE = ".dockerignore";
  @TempDir private Path directory;

  private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
  private final TarOutput tar = new TarOutput(archive);

  @AfterEach
  void nothing_is_left_behind() throws IOException {
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  private BuildContextTest with(String name, String text) throws IOException {
    tar.write(name, text.getBytes(StandardCharsets.UTF_8), 1);
    return this;
  }

  private BuildContextTest link(char type, String name, String target) throws IOException {
    tar.write(new TarEntry(name, type, 0, 0777, 1, target), InputStream.nullInputStream());
    return this;
  }

  private BuildContext read() throws IOException {
    return read(archive.toByteArray(), 1 << 20);
  }

  private BuildContext read(byte[] bytes, long limit) throws IOException {
    return BuildContext.read(new ByteArrayInputStream(bytes), directory, limit);
  }

  private Optional<String> dockerfile(String name) throws IOException {
    try (BuildContext context = read()) {
      return context.dockerfile(name).map(BuildContext.Found::text);
    }
  }

  private Map<String, String> sent(String name) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BuildContext context = read()) {
      context.copy("written".getBytes(StandardCharsets.UTF_8), context.dockerfile(name).get(), out);
    }
    Map<String, String> files = new LinkedHashMap<>();
    TarInput in = new TarInput(new ByteArrayInputStream(out.toByteArray()));
    Optional<TarEntry> entry = in.next();
    while (entry.isPresent()) {
      String text = new String(in.content().readAllBytes(), StandardCharsets.UTF_8);
      files.put(entry.get().name(), text);
      entry = in.next();
    }
    return files;
  }

  @Test
  void the_dockerfile_is_found_wherever_it_stands() throws Exception {
    with("a", "1").with("Dockerfile", "first").with("sub/other", "2").with("Dockerfile", "last");
    link('2', "linked", "sub/../sub/./other").link('2', "sub/up", "/Dockerfile");
    link('1', "hard", "sub/other").link('2', "loop", "loop").link('2', "out", "../../x");
    tar.end();
    assertThat(dockerfile("Dockerfile")).hasValue("last");
    assertThat(dockerfile("./sub//other")).hasValue("2");
    assertThat(dockerfile("linked")).hasValue("2");
    assertThat(dockerfile("sub/up")).hasValue("last");
    assertThat(dockerfile("hard")).hasValue("2");
    assertThat(dockerfile("loop")).isEmpty();
    assertThat(dockerfile("out")).isEmpty();
    assertThat(dockerfile("none")).isEmpty();
  }

  @Test
  void the_default_name_is_found_in_lower_case_too() throws Exception {
    with("dockerfile", "x");
    tar.end();
    try (BuildContext context = read()) {
      assertThat(context.dockerfile("Dockerfile"))
          .hasValue(new BuildContext.Found("dockerfile", "x"));
    }
    assertThat(dockerfile("DOCKERFILE")).isEmpty();
  }

  @Test
  void the_engines_dockerfile_comes_beside_the_clients_and_is_to_be_ignored() throws Exception {
    with("Dockerfile", "own").with("a", "1");
    tar.end();
    assertThat(sent("Dockerfile"))
        .isEqualTo(
            Map.of(
                "Dockerfile",
                "own",
                "a",
                "1",
                IGNORE,
                ".dockerignore\n.dockerfile.berth\n",
                BuildContext.WRITTEN,
                "written"));
  }

  @Test
  void a_dockerfile_that_is_to_be_ignored_is_left_out() throws Exception {
    with("Dockerfile", "own").with(IGNORE, "*.md\nDocker*").with("a", "1");
    tar.end();
    assertThat(sent("Dockerfile"))
        .isEqualTo(
            Map.of(
                "a",
                "1",
                IGNORE,
                "*.md\nDocker*\n.dockerfile.berth\n",
                BuildContext.WRITTEN,
                "written"));
  }

  @Test
  void a_packed_archive_and_one_without_an_end_are_taken() throws Exception {
    with("a", "1").with("Dockerfile", "x");
    byte[] bytes = archive.toByteArray();
    byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 511);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(cut);
    }
    for (byte[] one : List.of(bytes, cut, packed.toByteArray())) {
      try (BuildContext context = read(one, 1 << 20)) {
        assertThat(context.dockerfile("Dockerfile").get().text()).isEqualTo("x");
      }
    }
    try (BuildContext context = read(new byte[0], 1)) {
      assertThat(context.dockerfile("Dockerfile")).isEmpty();
    }
  }

  @Test
  void more_than_the_limit_is_refused_also_when_it_is_packed() throws Exception {
    with("a", "x".repeat(100_000));
    tar.end();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(archive.toByteArray());
    }
    for (byte[] one : List.of(archive.toByteArray(), packed.toByteArray())) {
      assertThatThrownBy(() -> read(one, 99_000))
          .isInstanceOf(BuildContext.TooLargeException.class);
    }
  }

  @Test
  void what_would_stand_in_the_way_is_refused() throws Exception {
    with(BuildContext.WRITTEN + "/x", "");
    assertThatThrownBy(this::read).isInstanceOf(MalformedArchiveException.class);
    archive.reset();
    link('2', IGNORE, "x");
    assertThatThrownBy(this::read).isInstanceOf(MalformedArchiveException.class);
    archive.reset();
    link('3', "device", "");
    assertThatThrownBy(this::read).isInstanceOf(MalformedArchiveException.class);
    assertThatThrownBy(() -> read("hello".getBytes(StandardCharsets.UTF_8), 1 << 20))
        .hasMessage("unexpected EOF");
  }

  @ParameterizedTest
  @CsvSource({
    "Dockerfile, true",
    "/Dockerfile, true",
    "Docker*, true",
    "D?ckerfile, true",
    "[A-D]ockerfile, true",
    "**/Dockerfile, true",
    "**, true",
    "*|!Dockerfile, false",
    "!Dockerfile|*, true",
    "# Dockerfile, false",
    "dockerfile, false",
    "sub, false",
    "*/Dockerfile, false",
    "Dockerfile.*, false",
  })
  void patterns_are_those_of_a_dockerignore(String lines, boolean expected) {
    assertThat(new IgnorePatterns(lines.replace('|', '\n')).excludes("Dockerfile"))
        .isEqualTo(expected);
  }
}
