package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.NetworkRecord;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with the record of a network and its engine, whatever the network is for. */
public final class EngineNetworks {
  private static final Logger LOG = LoggerFactory.getLogger(EngineNetworks.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CREATE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(15);

  /** The host did not answer to a create, and may have done it. */
  static final class GivenUpException extends Exception {
    private final HostUnreachableException cause;

    GivenUpException(HostUnreachableException cause) {
      super(cause.getMessage(), cause);
      this.cause = cause;
    }

    HostUnreachableException unreachable() {
      return cause;
    }
  }

  private final Hosts hosts;
  private final Lists lists;

  // Creates whose client was told that they failed, though the engine may have done them.
  private final Set<String> givenUp = ConcurrentHashMap.newKeySet();

  public EngineNetworks(Hosts hosts, View view) {
    this.hosts = hosts;
    this.lists = new Lists(hosts, view);
  }

  void refresh(HostId host) {
    lists.refreshNetworks(host);
  }

  /** Makes the network of a pending record; with its labels, and its name on the engine. */
  EngineAnswer create(NetworkRecord pending, ObjectNode asked)
      throws IOException, GivenUpException {
    ObjectNode body = body(pending, asked);
    HostLink host = hosts.link(new HostId(pending.host()));
    try {
      return host.call("POST", "/networks/create", JSON.writeValueAsBytes(body), CREATE);
    } catch (HostUnreachableException e) {
      givenUp.add(pending.id());
      throw new GivenUpException(e);
    }
  }

  /** What makes the network of a record: with its labels, and its name on the engine. */
  static ObjectNode body(NetworkRecord record, ObjectNode asked) {
    ObjectNode body = asked.deepCopy();
    body.put("Name", record.engineName());
    body.put("CheckDuplicate", true);
    ObjectNode labels =
        body.path("Labels") instanceof ObjectNode given ? given : body.putObject("Labels");
    labels.put(Labels.TENANT, record.tenant());
    labels.put(Labels.RECORD, record.id());
    return body;
  }

  /** Whether an engine has no room for a subnet, or for one of its own choice. */
  static boolean isOverlapping(EngineAnswer answer) {
    return answer.message().contains("non-overlapping IPv4 address pool")
        || answer.message().contains("Pool overlaps with other one");
  }

  /** Settles a record; returns when the view shows its network. */
  NetworkRecord settle(Claims<NetworkRecord> claims, NetworkRecord pending, String networkId)
      throws IOException {
    NetworkRecord settled = pending.settled(networkId);
    try {
      if (!claims.update(settled)) {
        hosts.link(new HostId(pending.host())).call("DELETE", "/networks/" + networkId, SHORT);
        throw new StaleEpochException("a new leader undid this create; try again");
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the network was made but could not be recorded: " + e.getMessage(), e);
    }
    refresh(new HostId(pending.host()));
    return settled;
  }

  void forget(Claims<NetworkRecord> claims, NetworkRecord record) {
    givenUp.remove(record.id());
    try {
      claims.remove(record);
    } catch (Exception e) {
      LOG.atWarn()
          .addKeyValue("tenant", record.tenant())
          .addKeyValue("network", record.name())
          .setCause(e)
          .log("record not removed; the leader will");
    }
  }

  /** Whether this manager began that create and could not tell its client how it ended. */
  boolean isGivenUp(NetworkRecord record) {
    return givenUp.contains(record.id());
  }

  /** Finishes a create that nobody is at any more, or undoes one that was given up. */
  void settleOrUndo(Claims<NetworkRecord> claims, NetworkRecord record) throws IOException {
    Optional<String> made = find(record);
    if (made.isEmpty()) {
      forget(claims, record);
    } else if (isGivenUp(record)) {
      EngineAnswer removed =
          hosts.link(new HostId(record.host())).call("DELETE", "/networks/" + made.get(), SHORT);
      if (removed.isOk() || removed.status() == 404) {
        forget(claims, record);
      }
    } else {
      settle(claims, record, made.get());
    }
  }

  private Optional<String> find(NetworkRecord record) throws IOException {
    return find(new RecordId(record.id()), new HostId(record.host()));
  }

  /** Asks the engine itself, by the label that only Berth sets. */
  Optional<String> find(RecordId record, HostId host) throws IOException {
    String filters =
        URLEncoder.encode(
            "{\"label\":[\"%s=%s\"]}".formatted(Labels.RECORD, record), StandardCharsets.UTF_8);
    EngineAnswer answer = hosts.link(host).call("GET", "/networks?filters=" + filters, SHORT);
    if (!answer.isOk()) {
      throw new IOException(answer.message());
    }
    JsonNode found = answer.json();
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0).path("Id").asText());
  }

  /** The default network of a tenant that a host has, and that no record may speak of. */
  Optional<String> findDefault(HostId host, TenantId tenant) throws IOException {
    EngineAnswer answer =
        hosts.link(host).call("GET", "/networks/" + Bridges.engineName(tenant), SHORT);
    JsonNode labels = answer.json().path("Labels");
    boolean isIt =
        answer.isOk()
            && labels.path(Labels.DEFAULT_NETWORK).asText().equals("true")
            && labels.path(Labels.TENANT).asText().equals(tenant.value());
    return isIt ? Optional.of(answer.json().path("Id").asText()) : Optional.empty();
  }

  /** Removes the record of a network that its host says it no longer has. */
  boolean forgetIfGone(Claims<NetworkRecord> claims, NetworkRecord record) throws IOException {
    EngineAnswer answer =
        hosts.link(new HostId(record.host())).call("GET", "/networks/" + record.networkId(), SHORT);
    if (answer.status() != 404 || !isCurrent(claims, record)) {
      return false;
    }
    forget(claims, record);
    return true;
  }

  /** Whether that is still so: news that it is on another host by now can be late. */
  private static boolean isCurrent(Claims<NetworkRecord> claims, NetworkRecord record)
      throws IOException {
    try {
      return claims.isCurrent(record);
    } catch (Exception e) {
      throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
    }
  }
}
