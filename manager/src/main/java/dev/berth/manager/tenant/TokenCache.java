package dev.berth.manager.tenant;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The tokens that were found good lately, and those that were not, under their hashes. Several
 * callers who miss the same token ask once. Safe for any thread.
 *
 * <p>While what is asked is away, a token that was good goes on for {@link Settings#outage}, and
 * never beyond its own end.
 */
public final class TokenCache {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * How long and how much is kept.
   *
   * @param good how long a good token is believed; zero to ask each time
   * @param refused how long a refusal is
   * @param outage how long a good token goes on while nobody can be asked
   * @param size of each of the two kinds, at most
   */
  public record Settings(Duration good, Duration refused, Duration outage, int size) {
    public static final Settings DEFAULT =
        new Settings(Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofMinutes(15), 10_000);
  }

  private record Good(Token token, Instant asked) {}

  /**
   * A no that is not asked for again before its end.
   *
   * @param reason empty when the token is no good at all
   */
  private record Refusal(Instant end, Optional<Reason> reason) {}

  private record Reason(int status, String message) {}

  private final Function<String, Optional<Token>> source;
  private final Settings settings;
  private final InstantSource clock;
  private final BoundedMap<String, Good> good;
  private final BoundedMap<String, Refusal> refused;
  private final ConcurrentMap<String, CompletableFuture<Optional<Token>>> asking =
      new ConcurrentHashMap<>();

  /** Asks that source, which says empty for what is no good token. */
  public TokenCache(
      Function<String, Optional<Token>> source, Settings settings, InstantSource clock) {
    this.source = source;
    this.settings = settings;
    this.clock = clock;
    this.good = new BoundedMap<>(settings.size());
    this.refused = new BoundedMap<>(settings.size());
  }

  /**
   * What the token stands for; empty when it is no good.
   *
   * @throws IdentityException.Unavailable when nobody can be asked, and it is not known
   * @throws RefusedCallerException when the source says so of a token that is good elsewhere
   */
  public Optional<Token> find(String secret) {
    String hash = Secrets.hash(secret);
    Instant now = clock.instant();
    Optional<Good> known = good.get(hash).filter(entry -> !entry.token().isExpiredAt(now));
    if (known.filter(entry -> now.isBefore(entry.asked().plus(settings.good()))).isPresent()) {
      return known.map(Good::token);
    }
    Optional<Refusal> refusal = refused.get(hash).filter(entry -> now.isBefore(entry.end()));
    if (refusal.isPresent()) {
      refusal.get().reason().ifPresent(TokenCache::refuse);
      return Optional.empty();
    }
    try {
      return askOnce(hash, secret);
    } catch (IdentityException.Unavailable e) {
      return Optional.of(
          known
              .filter(entry -> now.isBefore(entry.asked().plus(settings.outage())))
              .map(Good::token)
              .orElseThrow(() -> e));
    }
  }

  /** Whether it was found good, and is still believed. */
  public boolean knows(String secret) {
    Instant now = clock.instant();
    return good.get(Secrets.hash(secret))
        .filter(entry -> !entry.token().isExpiredAt(now))
        .filter(entry -> now.isBefore(entry.asked().plus(settings.outage())))
        .isPresent();
  }

  void forget(String secret) {
    String hash = Secrets.hash(secret);
    refused(hash, Optional.empty());
  }

  /** Tokens of which this is true are asked for anew, and do not outlast an outage. */
  void forgetAll(Predicate<Token> which) {
    good.removeIf(entry -> which.test(entry.token()));
  }

  int size() {
    return good.size() + refused.size();
  }

  private Optional<Token> askOnce(String hash, String secret) {
    CompletableFuture<Optional<Token>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<Token>> first = asking.putIfAbsent(hash, mine);
    if (first != null) {
      return join(first);
    }
    try {
      Optional<Token> answer = source.apply(secret);
      keep(hash, answer);
      mine.complete(answer);
      return answer;
    } catch (RefusedCallerException e) {
      refused(hash, Optional.of(new Reason(e.status(), e.getMessage())));
      mine.completeExceptionally(e);
      throw e;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      asking.remove(hash, mine);
    }
  }

  private void keep(String hash, Optional<Token> answer) {
    if (answer.isPresent()) {
      good.put(hash, new Good(answer.get(), clock.instant()));
    } else {
      refused(hash, Optional.empty());
    }
  }

  /** What was good before does not outlast an outage, either. */
  private void refused(String hash, Optional<Reason> reason) {
    good.remove(hash);
    refused.put(hash, new Refusal(clock.instant().plus(settings.refused()), reason));
  }

  private static void refuse(Reason reason) {
    throw new RefusedCallerException(reason.status(), reason.message());
  }

  private static Optional<Token> join(CompletableFuture<Optional<Token>> first) {
    try {
      return first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IdentityException.Unavailable away -> throw away;
        case RefusedCallerException refused -> throw refused;
        default -> {}
      }
      throw new IllegalStateException("another caller's look at the token failed", e);
    } catch (TimeoutException e) {
      throw new IdentityException.Unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IdentityException.Unavailable(e);
    }
  }
}
