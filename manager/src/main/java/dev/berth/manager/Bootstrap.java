package dev.berth.manager;

import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;

/**
 * What a cluster needs before anyone can ask it for anything: the tenant {@code default}, and a
 * token by which the machine's own operator gets in, in a file that only its owner can read. Both
 * are made at the first start, the token anew when it is no longer good.
 */
final class Bootstrap {
  static final String TOKEN_FILE = "admin-token";
  private static final TenantId DEFAULT = new TenantId("default");

  /** The user whose token that is. */
  static final String OPERATOR = "operator";

  private static final Duration LIFETIME = Duration.ofDays(30);

  private final IdentityStore identities;
  private final Path data;

  Bootstrap(IdentityStore identities, Path data) {
    this.identities = identities;
    this.data = data;
  }

  void run() throws IOException {
    if (identities.tenant(DEFAULT).isEmpty()) {
      try {
        identities.createTenant(DEFAULT);
      } catch (IdentityException.TenantExists e) {
        // Another manager was first.
      }
    }
    if (identities.user(OPERATOR).isEmpty()) {
      try {
        identities.createUser(OPERATOR, Optional.empty(), DEFAULT, Role.ADMIN);
      } catch (IdentityException.UserExists e) {
        // Another manager was first.
      }
    }
    Path file = data.resolve(TOKEN_FILE);
    boolean isGood =
        Files.exists(file) && identities.authenticate(Files.readString(file).strip()).isPresent();
    if (!isGood) {
      write(
          file,
          identities.issueToken(OPERATOR, DEFAULT, Role.ADMIN, Optional.of(LIFETIME)).secret());
    }
  }

  private static void write(Path file, String secret) throws IOException {
    Path fresh =
        Files.createTempFile(
            file.getParent(),
            TOKEN_FILE,
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, secret + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
