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
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
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
  private static final List<String> FIELDS =
      List.of("tenant", "user", "action", "outcome", "object");
  private static final int USUAL = 100;
  private static final int MOST = 5_000;
  private static final int FOLLOWERS = 32;
  private static final long LOOK_AROUND_MILLIS = 500;

  private static final OpsShape.Fields ENTRY =
      OpsShape.named(
          "AuditEntry",
          OpsPart.always("time", OpsShape.Plain.MOMENT, "when it was answered"),
          OpsPart.always("request", OpsShape.Plain.TEXT, "the id of the request, as in the log"),
          OpsPart.sometimes("user", OpsShape.Plain.TEXT, "who called, once that is known"),
          OpsPart.sometimes("tenant", OpsShape.Plain.TEXT, "in which tenant"),
          OpsPart.sometimes("role", OpsShape.Plain.TEXT, "in which role"),
          OpsPart.sometimes("by", OpsShape.Plain.TEXT, "token, keystone or certificate"),
          OpsPart.always("client", OpsShape.Plain.TEXT, "the address that called"),
          OpsPart.always("method", OpsShape.Plain.TEXT, "of the request"),
          OpsPart.always("path", OpsShape.Plain.TEXT, "of the request, without its query"),
          OpsPart.always("action", OpsShape.Plain.TEXT, "what was called, as ContainerCreate"),
          OpsPart.sometimes(
              "object", OpsShape.Plain.TEXT, "what it was about, as the client called it"),
          OpsPart.sometimes("id", OpsShape.Plain.TEXT, "what it was about, as it was found"),
          OpsPart.sometimes("host", OpsShape.Plain.TEXT, "where that is"),
          OpsPart.always("status", OpsShape.Plain.NUMBER, "of the answer"),
          OpsPart.always("outcome", OpsShape.Plain.TEXT, "done, refused, failed or started"),
          OpsPart.sometimes("field", OpsShape.Plain.TEXT, "the field that a policy said no to"),
          OpsPart.sometimes("reason", OpsShape.Plain.TEXT, "why it was refused or failed"),
          OpsPart.always("millis", OpsShape.Plain.NUMBER, "how long it took"),
          OpsPart.sometimes(
              "repeated", OpsShape.Plain.NUMBER, "how many of its like were left out before it"));

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
                this::read)
            .asking(
                OpsField.optional("tenant", OpsField.Type.TEXT, "calls in this tenant alone"),
                OpsField.optional("user", OpsField.Type.TEXT, "calls of this user alone"),
                OpsField.optional(
                    "action", OpsField.Type.TEXT, "this action alone, as ContainerCreate"),
                OpsField.optional(
                    "outcome", OpsField.Type.TEXT, "done, refused, failed or started"),
                OpsField.optional(
                    "object",
                    OpsField.Type.TEXT,
                    "calls about this name, or the id that begins so"),
                OpsField.optional(
                    "since",
                    OpsField.Type.TEXT,
                    "from then on: a time as 2026-01-31T12:00:00Z, or how long ago as 10m"),
                OpsField.optional("until", OpsField.Type.TEXT, "until then, in the same forms"),
                OpsField.optional(
                    "limit", OpsField.Type.NUMBER, "the newest so many, at most 5000"),
                OpsField.optional(
                    "follow", OpsField.Type.FLAG, "new ones as they come, a line of JSON each"))
            .answering(
                OpsPart.always("entries", OpsShape.listOf(ENTRY), "the oldest first"),
                OpsPart.always(
                    "lost",
                    OpsShape.Plain.NUMBER,
                    "how many could not be written since this manager started")));
  }

  private OpsAnswer read(OpsCall call) throws IOException {
    if (!trail.isOn()) {
      throw new OpsException(
          404, "there is no audit log: set audit.log to on and start the manager again");
    }
    OpsQuery parameters = call.query();
    AuditQuery query = query(parameters);
    if (parameters.isYes("follow")) {
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

  private AuditQuery query(OpsQuery parameters) {
    Map<String, String> equal = new LinkedHashMap<>();
    FIELDS.forEach(name -> parameters.text(name).ifPresent(value -> equal.put(name, value)));
    return new AuditQuery(
        equal,
        parameters.moment("since", clock),
        parameters.moment("until", clock),
        parameters.number("limit", USUAL, MOST));
  }
}
