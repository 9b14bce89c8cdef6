package dev.berth.lab.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabImageTest {

  @TempDir private Path directory;

  @Test
  void the_same_content_is_the_same_archive() throws IOException {
    ImageArchive one = sample().writeTo(directory.resolve("one.tar"));
    ImageArchive two = sample().writeTo(directory.resolve("two.tar"));
    assertThat(one.imageId()).isEqualTo(two.imageId()).matches("sha256:[0-9a-f]{64}");
    assertThat(Files.mismatch(one.file(), two.file())).isEqualTo(-1);
  }

  @Test
  void other_content_is_another_image_and_another_name_is_not() throws IOException {
    String id = sample().writeTo(directory.resolve("a")).imageId();
    assertThat(sample().as("other:2").writeTo(directory.resolve("b")).imageId()).isEqualTo(id);
    assertThat(sample().withText("/more", "").writeTo(directory.resolve("c")).imageId())
        .isNotEqualTo(id);
    assertThat(sample().withLabel("a", "b").writeTo(directory.resolve("d")).imageId())
        .isNotEqualTo(id);
  }

  @Test
  void a_reference_without_a_tag_is_latest_even_with_a_port() {
    assertThat(LabImage.named("web").name()).isEqualTo("web:latest");
    assertThat(LabImage.named("registry:5000/web").name()).isEqualTo("registry:5000/web:latest");
    assertThat(LabImage.named("registry:5000/web:1").name()).isEqualTo("registry:5000/web:1");
  }

  @Test
  void a_tree_keeps_links_modes_and_long_names() throws IOException, InterruptedException {
    Path tree = Files.createDirectories(directory.resolve("tree"));
    String name = "long/".repeat(30) + "file";
    Files.createDirectories(tree.resolve(name).getParent());
    Files.writeString(tree.resolve(name), "content");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("x".repeat(150)));
    Path archive =
        LabImage.named("tree").withTree(tree).writeTo(directory.resolve("tree.tar")).file();
    Path out = Files.createDirectories(directory.resolve("out"));
    extract(archive, out);
    extract(out.resolve("layer.tar"), out);
    assertThat(out.resolve(name)).hasContent("content");
    assertThat(Files.readSymbolicLink(out.resolve("link")).toString()).isEqualTo("x".repeat(150));
  }

  private static void extract(Path archive, Path to) throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder(List.of("tar", "-xf", archive.toString(), "-C", to.toString()))
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).as(Arrays.toString(to.toFile().list())).isZero();
  }

  private static LabImage sample() {
    return LabImage.named("sample:1")
        .withText("/etc/motd", "good morning")
        .withLink("/bin/sh", "busybox")
        .withCommand("sh");
  }
}
