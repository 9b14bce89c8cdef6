package dev.berth.manager.tenant;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * Hashes and checks passwords with bcrypt. A check costs a good part of a second of a CPU, so only
 * a few run at a time, and each user has a bucket of attempts. Safe for any thread.
 */
final class Passwords {
  private static final int CONCURRENT = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int REMEMBERED_USERS = 10_000;

  /** bcrypt does not look at more. */
  private static final int MAX_BYTES = 72;

  private static final int MIN_CHARS = 8;
  private static final int SALT_BYTES = 16;

  private final int cost;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Semaphore free = new Semaphore(CONCURRENT);
  private final BoundedMap<String, Attempts> attempts = new BoundedMap<>(REMEMBERED_USERS);

  /** The hash of a password that nobody has, checked for users that do not exist. */
  private final CompletableFuture<String> nobodysHash = new CompletableFuture<>();

  /**
   * @param cost the logarithm of the number of rounds, 4 to 31
   */
  Passwords(int cost, SecureRandom random, InstantSource clock) {
    this.cost = cost;
    this.random = random;
    this.clock = clock;
    // It takes its time, and a start need not wait for it.
    Thread.ofVirtual()
        .name("nobodys-hash")
        .start(() -> nobodysHash.complete(bcrypt(Secrets.random(random))));
  }

  /** A password that its user is told once. */
  String generate() {
    return Secrets.random(random).substring(0, 24);
  }

  String hash(String password) {
    if (password.length() < MIN_CHARS
        || password.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES
        || password.indexOf('\0') >= 0) {
      throw new IdentityException.Invalid(
          "a password has at least %d characters and at most %d bytes"
              .formatted(MIN_CHARS, MAX_BYTES));
    }
    return bounded(() -> bcrypt(password));
  }

  /**
   * Whether that is the user's password.
   *
   * @param hash empty when there is no such user, which takes as long
   */
  boolean check(String user, String password, java.util.Optional<String> hash) {
    if (!attempts.getOrMake(user, _ -> new Attempts(clock.instant())).take(clock.instant())) {
      throw new IdentityException.TooManyAttempts(user);
    }
    if (password.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return false;
    }
    boolean right =
        bounded(
            () ->
                OpenBSDBCrypt.checkPassword(
                    hash.orElseGet(nobodysHash::join), password.toCharArray()));
    return right && hash.isPresent();
  }

  private String bcrypt(String password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return OpenBSDBCrypt.generate("2b", password.toCharArray(), salt, cost);
  }

  private <T> T bounded(Supplier<T> work) {
    try {
      if (!free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IdentityException.Busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IdentityException.Busy();
    }
    try {
      return work.get();
    } finally {
      free.release();
    }
  }

  /** A token bucket: so many attempts at once, and one more each few seconds. */
  private static final class Attempts {
    private static final int BURST = 10;
    private static final Duration REFILL = Duration.ofSeconds(6);

    private int left = BURST;
    private Instant filled;

    Attempts(Instant now) {
      this.filled = now;
    }

    synchronized boolean take(Instant now) {
      long more = Math.max(0, Duration.between(filled, now).dividedBy(REFILL));
      if (more > 0) {
        left = (int) Math.min(BURST, left + more);
        filled = filled.plus(REFILL.multipliedBy(more));
      }
      if (left == 0) {
        return false;
      }
      left--;
      return true;
    }
  }
}
