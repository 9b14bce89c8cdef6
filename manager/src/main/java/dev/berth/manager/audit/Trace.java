package dev.berth.manager.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentitySource;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of one request for the audit log, filled in as it becomes known. The line is in the
 * file before the answer's first byte goes out; a stream has one line when it begins and one when
 * it ends. For the thread that handles the request.
 *
 * <p>Nothing secret gets in: no header, no body, no query. What a client chose is cut at {@value
 * #LONGEST} characters.
 */
public final class Trace implements Exchange.AnswerWatch {
  private static final Logger LOG = LoggerFactory.getLogger(Trace.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST = 256;
  private static final int LONGEST_ERROR = 64 * 1024;

  private final AuditTrail trail;
  private final Exchange exchange;
  private final String requestId;
  private final InstantSource clock;
  private final Instant begin;

  private String action = "";
  private boolean changes;
  private Optional<Caller> caller = Optional.empty();
  private String object = "";
  private String objectId = "";
  private String host = "";
  private String field = "";
  private String reason = "";
  private boolean refused;
  private boolean failed;
  private boolean streams;
  private int status;
  private Consumer<byte[]> result = _ -> {};

  Trace(AuditTrail trail, Exchange exchange, String requestId, InstantSource clock) {
    this.trail = trail;
    this.exchange = exchange;
    this.requestId = requestId;
    this.clock = clock;
    this.begin = clock.instant();
  }

  /**
   * What is called.
   *
   * @param isChange whether it has a line whatever the answer is; else only a refusal has
   * @throws AuditStoppedException when it is a change, and there must be none now
   */
  public void action(String name, boolean isChange) {
    action = name;
    changes = isChange;
    if (isChange && trail.isStopped()) {
      refused = true;
      throw new AuditStoppedException();
    }
  }

  /** Who calls. */
  public void caller(Caller known) {
    caller = Optional.of(known);
  }

  /** What it is about, as the client called it. */
  public void object(String name) {
    object = name;
  }

  /** What it is about, as it was found. */
  public void found(String id, String onHost) {
    objectId = id;
    host = onHost;
  }

  /** That a policy said no, and to which field. */
  public void denied(String deniedField) {
    refused = true;
    field = deniedField;
  }

  /** That it went wrong after a stream had begun. */
  public void failed(String sentence) {
    failed = true;
    reason = sentence;
  }

  /** Looks into the body of a good answer for what was made. */
  public void lookAtResult(Consumer<byte[]> look) {
    result = look;
  }

  @Override
  public void answering(ResponseHead head, Optional<byte[]> body) {
    status = head.status();
    refused |= status == 401 || status == 403 || status == 429;
    if (!isRecorded()) {
      return;
    }
    try {
      if (body.isEmpty()) {
        streams = true;
        write("started");
        return;
      }
      if (status >= 400) {
        reason = sentence(body.get());
      } else {
        result.accept(body.get());
      }
      write(outcome());
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("an audit line was not made");
    }
  }

  /** The request is over; what had streamed has its second line now. */
  public void ended(boolean isWhole) {
    if (streams && isRecorded()) {
      failed |= !isWhole;
      write(outcome());
    }
  }

  private boolean isRecorded() {
    return trail.isOn() && !action.isEmpty() && (changes || refused);
  }

  private String outcome() {
    if (refused) {
      return "refused";
    }
    return failed || status >= 400 ? "failed" : "done";
  }

  private void write(String outcome) {
    ObjectNode line = JSON.createObjectNode();
    Instant now = clock.instant();
    line.put("time", now.truncatedTo(ChronoUnit.MILLIS).toString());
    line.put("request", requestId);
    String client = client();
    if (caller.isPresent()) {
      line.put("user", shortened(caller.get().user()));
      line.put("tenant", caller.get().tenant().value());
      line.put("role", caller.get().role().text());
      line.put("by", by(caller.get().source()));
    }
    line.put("client", client);
    line.put("method", shortened(exchange.request().method()));
    line.put("path", shortened(path()));
    line.put("action", action);
    put(line, "object", object);
    put(line, "id", objectId);
    put(line, "host", host);
    line.put("status", status);
    line.put("outcome", outcome);
    put(line, "field", field);
    put(line, "reason", reason);
    line.put("millis", Math.max(0, begin.until(now, ChronoUnit.MILLIS)));
    if (status == 429) {
      OptionalLong before =
          trail.repeated(action + " " + caller.map(c -> c.tenant().value()).orElse(client));
      if (before.isEmpty()) {
        return;
      }
      line.put("repeated", before.getAsLong());
    }
    trail.write(line.toString(), changes);
  }

  /** Users of one name in two sources are told apart by this. */
  private static String by(IdentitySource source) {
    return switch (source) {
      case OWN -> "token";
      case KEYSTONE -> "keystone";
      case CERTIFICATES -> "certificate";
    };
  }

  private static void put(ObjectNode line, String name, String value) {
    if (!value.isEmpty()) {
      line.put(name, shortened(value));
    }
  }

  private String client() {
    return exchange.connection() instanceof TcpConnection tcp
        ? tcp.peer().getAddress().getHostAddress()
        : "";
  }

  private String path() {
    String target = exchange.request().target();
    int question = target.indexOf('?');
    return question < 0 ? target : target.substring(0, question);
  }

  private static String sentence(byte[] body) {
    if (body.length > LONGEST_ERROR) {
      return "";
    }
    try {
      JsonNode error = JSON.readTree(body);
      return error.path("message").asText(error.path("error").path("message").asText());
    } catch (IOException e) {
      return "";
    }
  }

  static String shortened(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
    return text.substring(0, end) + "…";
  }
}
