package dev.berth.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** That not everybody on the machine can use the engine, who would be root by it. */
record SocketCheck(Path socket) implements Check {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  @Override
  public Finding look() {
    try {
      return Files.getPosixFilePermissions(socket).contains(PosixFilePermission.OTHERS_WRITE)
          ? Finding.failure(
              "socket",
              "every user of the machine may write to " + socket + ", and so become root",
              "Run: chmod o-rwx " + socket)
          : Finding.ok("socket", "only root and a group may use " + socket);
    } catch (IOException e) {
      return Finding.failure(
          "socket", "there is no " + socket, "Start the engine: systemctl start docker");
    }
  }

  @Override
  public Optional<String> mend() throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(socket));
    permissions.removeAll(OTHERS);
    Files.setPosixFilePermissions(socket, permissions);
    return Optional.of("took the permissions of others from " + socket);
  }
}
