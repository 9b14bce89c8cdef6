package dev.berth.manager.dashboard;

import dev.berth.common.http.Headers;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.Secrets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The sessions of this manager's page, in memory alone: after a restart people log in again. They
 * end half an hour after their last call and eight hours after their first; when there are too
 * many, or one user has too many, the one of them that was used longest ago gives way. Safe for any
 * thread.
 */
public final class Sessions {
  /** The name of the browser's cookie. */
  public static final String COOKIE = "berth-session";

  private static final Duration IDLE = Duration.ofMinutes(30);
  private static final Duration LONGEST = Duration.ofHours(8);
  private static final int MOST = 1_000;
  private static final int MOST_OF_ONE_USER = 20;

  private record Known(Session session, Instant begun, Instant used) {}

  private final InstantSource clock;
  private final SecureRandom random;

  // In the order of their last use.
  private final Map<String, Known> sessions = new LinkedHashMap<>(16, 0.75f, true);

  public Sessions(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** Begins one for a caller whose token was found good. */
  public synchronized Session begin(Caller caller, String token, boolean isOwnToken) {
    Session session =
        new Session(
            Secrets.random(random),
            Secrets.random(random),
            token,
            isOwnToken,
            caller.tenant(),
            caller.user(),
            caller.source(),
            caller.role());
    Instant now = clock.instant();
    sessions.values().removeIf(known -> isOver(known, now));
    makeRoom(known -> isOf(caller, known.session()), MOST_OF_ONE_USER);
    makeRoom(_ -> true, MOST);
    sessions.put(session.id(), new Known(session, now, now));
    return session;
  }

  private static boolean isOf(Caller caller, Session session) {
    return session.user().equals(caller.user()) && session.source() == caller.source();
  }

  private void makeRoom(Predicate<Known> which, int most) {
    if (sessions.values().stream().filter(which).count() >= most) {
      sessions.values().stream()
          .filter(which)
          .findFirst()
          .ifPresent(oldest -> sessions.remove(oldest.session().id()));
    }
  }

  private static boolean isOver(Known known, Instant now) {
    return now.isAfter(known.used().plus(IDLE)) || now.isAfter(known.begun().plus(LONGEST));
  }

  /** The session whose cookie these headers bring, which counts as a use; empty for none. */
  public synchronized Optional<Session> of(Headers headers) {
    Optional<String> id = cookie(headers);
    Known known = id.map(sessions::get).orElse(null);
    if (known == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    if (isOver(known, now)) {
      sessions.remove(known.session().id());
      return Optional.empty();
    }
    sessions.put(known.session().id(), new Known(known.session(), known.begun(), now));
    return Optional.of(known.session());
  }

  private static Optional<String> cookie(Headers headers) {
    for (String header : headers.all("Cookie")) {
      for (String pair : header.split(";")) {
        String[] sides = pair.strip().split("=", 2);
        if (sides.length == 2 && sides[0].equals(COOKIE)) {
          return Optional.of(sides[1]);
        }
      }
    }
    return Optional.empty();
  }

  /** Ends a session; nothing happens when it is over. */
  public synchronized void end(Session session) {
    sessions.remove(session.id());
  }

  synchronized int size() {
    return sessions.size();
  }
}
