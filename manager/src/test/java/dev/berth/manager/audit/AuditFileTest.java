package dev.berth.manager.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFileTest {
  @TempDir private Path directory;

  private static byte[] line(int number) {
    return ("{\"n\":" + number + "}\n").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void only_its_owner_reads_it() throws IOException {
    Path audit = directory.resolve("audit");
    try (AuditFile file = new AuditFile(audit, 100, 2)) {
      file.append(line(1));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(audit)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(audit.resolve("audit.jsonl"))))
        .isEqualTo("rw-------");
  }

  @Test
  void a_full_file_makes_room_for_the_next_and_the_oldest_goes() throws IOException {
    try (AuditFile file = new AuditFile(directory, 16, 3)) {
      for (int i = 1; i <= 9; i++) {
        file.append(line(i));
      }
    }
    List<Path> files = AuditFile.newestFirst(directory);
    assertThat(files)
        .extracting(path -> path.getFileName().toString())
        .containsExactly("audit.jsonl", "audit.jsonl.1", "audit.jsonl.2");
    assertThat(Files.readString(files.getFirst())).isEqualTo("{\"n\":9}\n");
    assertThat(Files.readString(files.getLast())).isEqualTo("{\"n\":5}\n{\"n\":6}\n");
    assertThat(
            new AuditReader(directory)
                .find(new AuditQuery(Map.of(), Optional.empty(), Optional.empty(), 4)))
        .containsExactly("{\"n\":6}", "{\"n\":7}", "{\"n\":8}", "{\"n\":9}");
  }

  @Test
  void one_file_alone_is_begun_anew() throws IOException {
    try (AuditFile file = new AuditFile(directory, 8, 1)) {
      file.append(line(1));
      file.append(line(2));
    }
    assertThat(AuditFile.newestFirst(directory)).hasSize(1);
    assertThat(Files.readString(directory.resolve("audit.jsonl"))).isEqualTo("{\"n\":2}\n");
  }

  @Test
  void a_line_that_was_cut_off_spoils_no_other() throws IOException {
    Files.writeString(directory.resolve("audit.jsonl"), "{\"n\":1}\n{\"n");
    try (AuditFile file = new AuditFile(directory, 1000, 2)) {
      file.append(line(2));
    }
    assertThat(
            new AuditReader(directory)
                .find(new AuditQuery(Map.of(), Optional.empty(), Optional.empty(), 10)))
        .containsExactly("{\"n\":1}", "{\"n\":2}");
  }

  @Test
  void where_no_file_can_be_nothing_is_written_until_it_can() throws IOException {
    Path audit = directory.resolve("audit");
    Files.writeString(audit, "in the way");
    try (AuditFile file = new AuditFile(audit, 1000, 2)) {
      assertThatThrownBy(() -> file.append(line(1))).isInstanceOf(IOException.class);
      Files.delete(audit);
      file.append(line(2));
    }
    assertThat(Files.readString(audit.resolve("audit.jsonl"))).isEqualTo("{\"n\":2}\n");
  }
}
