package dev.berth.manager.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchiveGateTest {
  private static byte[] archive(TarEntry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarOutput tar = new TarOutput(bytes);
    byte[] large = new byte[200_000];
    new Random(7).nextBytes(large);
    tar.write("large", large, 5);
    tar.write("small", "text".getBytes(StandardCharsets.UTF_8), 5);
    for (TarEntry entry : entries) {
      tar.write(entry, new ByteArrayInputStream(new byte[0]));
    }
    tar.end();
    return bytes.toByteArray();
  }

  private static byte[] passed(byte[] archive) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArchiveGate.pass(new ByteArrayInputStream(archive), out);
    return out.toByteArray();
  }

  private static byte[] packed(byte[] archive) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(archive);
    }
    return bytes.toByteArray();
  }

  /** What matters of it: all but the zeros at the end. */
  private static byte[] significant(byte[] archive) {
    int end = archive.length;
    while (end > 0 && archive[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(archive, end);
  }

  @Test
  void an_archive_goes_on_byte_for_byte() throws IOException {
    byte[] archive = archive(new TarEntry("dir", TarEntry.DIRECTORY, 0, 0755, 5, ""));

    assertThat(significant(passed(archive))).isEqualTo(significant(archive));
    assertThat(passed(archive).length % 512).isZero();
  }

  @Test
  void a_packed_archive_goes_on_unpacked() throws IOException {
    byte[] archive = archive();

    assertThat(significant(passed(packed(archive)))).isEqualTo(significant(archive));
  }

  @ParameterizedTest
  @ValueSource(chars = {'3', '4'})
  void a_node_of_a_device_is_refused_and_does_not_go_on(char type) throws IOException {
    byte[] archive = archive(new TarEntry("dev/disk", type, 0, 0666, 5, ""));
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThatThrownBy(() -> ArchiveGate.pass(new ByteArrayInputStream(archive), out))
        .isInstanceOf(MalformedArchiveException.class)
        .hasMessage("the archive has the device dev/disk: nodes of devices are not taken");
    assertThat(out.toString(StandardCharsets.ISO_8859_1)).doesNotContain("dev/disk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BZh91AY", "\u00fd7zXZ\0", "(\u00b5/\u00fd."})
  void what_a_program_would_have_to_unpack_is_refused(String magic) {
    byte[] bytes = Arrays.copyOf(magic.getBytes(StandardCharsets.ISO_8859_1), 600);

    assertThatThrownBy(() -> passed(bytes)).isInstanceOf(MalformedArchiveException.class);
  }

  @Test
  void what_comes_after_the_end_does_not_go_on() throws IOException {
    byte[] archive = archive();
    byte[] longer = Arrays.copyOf(archive, archive.length + 512);
    Arrays.fill(longer, archive.length, longer.length, (byte) 'x');

    assertThat(significant(passed(longer))).isEqualTo(significant(archive));
  }

  @Test
  void one_that_is_cut_off_is_no_archive() throws IOException {
    byte[] archive = Arrays.copyOf(archive(), 100_000);

    assertThatThrownBy(() -> passed(archive))
        .isInstanceOf(MalformedArchiveException.class)
        .hasMessage("unexpected EOF");
  }
}
