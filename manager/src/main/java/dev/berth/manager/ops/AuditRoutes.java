package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.manager.audit.AuditQuery;
import dev.berth.manager.audit.AuditTail;
import dev.berth.manager.audit.AuditTrail;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** The audit log of this manager, for operators. */
public final class AuditRoutes implements OpsRoutes {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> FIELDS = Set.of("tenant", "user", "action", "outcome", "object");
  private static final Set<String> OTHERS = Set.of("since", "until", "limit", "follow");
  private static final int USUAL = 100;
  private static final int MOST = 5_000;
  private static final int FOLLOWERS = 32;
  private static final long LOOK_AROUND_MILLIS = 500;

  private final AuditTrail trail;
  private final InstantSource clock;
  private final Semaphore followers = new Semaphore(FOLLOWERS);

  public AuditRoutes(AuditTrail trail, InstantSource clock) {
    this.trail = trail;
    this.clock = clock;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
            "GET",
            "/berth/v1/audit",
            OpsRoute.ADMIN,
            "who changed what on this manager, and who was refused",
            this::read));
  }

  private OpsAnswer read(OpsCall call) throws IOException {
    if (!trail.isOn()) {
      throw new OpsException(
          404, "there is no audit log: set audit.log to on and start the manager again");
    }
    Map<String, String> parameters = parameters(call.exchange().request().target());
    AuditQuery query = query(parameters);
    if (isYes(parameters.getOrDefault("follow", ""))) {
      if (!followers.tryAcquire()) {
        throw new OpsException(
            429, "%d clients follow the audit log already: end one".formatted(FOLLOWERS));
      }
      try {
        follow(call, query);
      } finally {
        followers.release();
      }
      return OpsAnswer.given();
    }
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode entries = answer.putArray("entries");
    for (String line : find(query)) {
      entries.add(JSON.readTree(line));
    }
    return OpsAnswer.ok(answer.put("lost", trail.lost()));
  }

  private List<String> find(AuditQuery query) throws IOException {
    return trail
        .find(query)
        .orElseThrow(
            () ->
                new OpsException(
                    429, "the audit log is being searched by others: try again in some seconds"));
  }

  /** What there is, and then what comes, a line each, until the client goes. */
  private void follow(OpsCall call, AuditQuery query) throws IOException {
    try (AuditTail tail = trail.follow(query).orElseThrow()) {
      List<String> past = find(query);
      call.exchange().watchClient(tail);
      ResponseHead head =
          new ResponseHead(
              200,
              OpsReason.of(200),
              Headers.of("Content-Type", "application/x-ndjson", "Cache-Control", "no-store"));
      try (OutputStream out = call.exchange().stream(head)) {
        for (String line : past) {
          write(out, line);
        }
        out.flush();
        follow(call, tail, new HashSet<>(past), out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void follow(OpsCall call, AuditTail tail, Set<String> told, OutputStream out)
      throws IOException, InterruptedException {
    while (!call.exchange().isClientGone()) {
      Optional<String> line = tail.next(LOOK_AROUND_MILLIS);
      if (line.isPresent()) {
        // What was written while the past was read is in both.
        if (told.isEmpty() || !told.remove(line.get())) {
          write(out, line.get());
          out.flush();
        }
      } else if (tail.hasFallenBehind()) {
        write(out, "{\"end\":\"lines were read too slowly, and some were left out: ask again\"}");
        return;
      }
    }
  }

  private static void write(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private AuditQuery query(Map<String, String> parameters) {
    Map<String, String> equal = new LinkedHashMap<>();
    parameters.forEach(
        (name, value) -> {
          if (FIELDS.contains(name) && !value.isEmpty()) {
            equal.put(name, value);
          } else if (!FIELDS.contains(name) && !OTHERS.contains(name)) {
            throw OpsException.badRequest(
                "unknown parameter \"%s\"; this call has tenant, user, action, outcome, object, since, until, limit, follow"
                    .formatted(name));
          }
        });
    return new AuditQuery(
        equal,
        moment("since", parameters.getOrDefault("since", "")),
        moment("until", parameters.getOrDefault("until", "")),
        limit(parameters.getOrDefault("limit", "")));
  }

  private static int limit(String text) {
    if (text.isEmpty()) {
      return USUAL;
    }
    if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) > MOST) {
      throw OpsException.badRequest("\"limit\" must be a number from 0 to %d".formatted(MOST));
    }
    return Integer.parseInt(text);
  }

  /** A time as ISO 8601 has it, or how long ago. */
  private Optional<Instant> moment(String name, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (Character.isDigit(text.charAt(0)) && text.length() < 12 && !text.contains("-")) {
      ObjectNode body = JSON.createObjectNode().put(name, text);
      return new OpsBody(body).duration(name).map(clock.instant()::minus);
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      throw OpsException.badRequest(
          "\"%s\" must be a time as 2026-01-31T12:00:00Z, or a duration as 10m".formatted(name));
    }
  }

  private static boolean isYes(String text) {
    return text.equals("1") || text.equals("true");
  }

  private static Map<String, String> parameters(String target) {
    Map<String, String> found = new HashMap<>();
    int question = target.indexOf('?');
    if (question < 0) {
      return found;
    }
    for (String pair : target.substring(question + 1).split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        found.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return found;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw OpsException.badRequest("the query is not percent-encoded as it must be");
    }
  }
}
