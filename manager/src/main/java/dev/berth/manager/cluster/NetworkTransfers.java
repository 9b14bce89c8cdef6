package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.NetworkRecord;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes networks of tenants to other hosts: made there as it was, and from the change of its record
 * on the network. What its old host has of it stays until {@link #clear}, for the containers that
 * are still to follow. Safe for any thread, for different networks.
 */
public final class NetworkTransfers {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CREATE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(15);
  private static final int NOT_FOUND = 404;

  /** What an engine tells of a network that makes another like it. */
  private static final List<String> FIELDS =
      List.of("Driver", "EnableIPv6", "IPAM", "Internal", "Attachable", "Options", "Labels");

  /** Whether containers have addresses of their own choice there. */
  public enum Addresses {
    FIXED,
    OPEN
  }

  private final Claims<NetworkRecord> claims;
  private final EngineNetworks engines;
  private final Hosts hosts;
  private final View view;
  private final AddressPool pool;

  public NetworkTransfers(
      Claims<NetworkRecord> claims,
      EngineNetworks engines,
      Hosts hosts,
      View view,
      AddressPool pool) {
    this.claims = claims;
    this.engines = engines;
    this.hosts = hosts;
    this.view = view;
    this.pool = pool;
  }

  /** The settled record of a tenant's network. */
  public Optional<NetworkRecord> find(TenantId tenant, String name) {
    return claims.find(tenant, name).filter(NetworkTransfers::isSettled);
  }

  /** The settled record with that id. */
  public Optional<NetworkRecord> find(RecordId id) {
    return claims.all().stream()
        .filter(record -> record.id().equals(id.value()) && isSettled(record))
        .findFirst();
  }

  /** The settled records of a host's networks. */
  public List<NetworkRecord> on(HostId host) {
    return claims.all().stream()
        .filter(record -> record.host().equals(host.value()) && isSettled(record))
        .toList();
  }

  /** How many networks each host has that has any, by its id. */
  public Map<String, Integer> countByHost() {
    return claims.countByHost();
  }

  private static boolean isSettled(NetworkRecord record) {
    return record.state() == Claim.State.SETTLED;
  }

  /**
   * Takes a network to a host: with its subnet, or with another where that one is taken and nobody
   * has an address of it for good.
   *
   * @throws IOException when it cannot be there; the network is where it was
   */
  public void take(NetworkRecord record, HostId target, Addresses addresses) throws IOException {
    HostId source = new HostId(record.host());
    EngineAnswer now = hosts.link(source).call("GET", "/networks/" + record.networkId(), SHORT);
    if (!now.isOk()) {
      throw new IOException(now.message());
    }
    remove(record, target);
    JsonNode shown = now.json();
    ObjectNode asked = JSON.createObjectNode();
    FIELDS.stream().filter(shown::hasNonNull).forEach(field -> asked.set(field, shown.get(field)));
    EngineAnswer answer = create(record, target, asked);
    if (EngineNetworks.isOverlapping(answer) && addresses == Addresses.OPEN) {
      asked.set("IPAM", freeSubnet(record, target));
      answer = create(record, target, asked);
    }
    if (!answer.isOk()) {
      throw new IOException(
          "the network \"%s\" cannot be made on host %s: %s"
              .formatted(record.name(), target, answer.message()));
    }
    engines.refresh(target);
    record(record.at(target.value(), answer.json().path("Id").asText()), target);
    engines.refresh(source);
  }

  private EngineAnswer create(NetworkRecord record, HostId target, ObjectNode asked)
      throws IOException {
    byte[] body = JSON.writeValueAsBytes(EngineNetworks.body(record, asked));
    return hosts.link(target).call("POST", "/networks/create", body, CREATE);
  }

  private JsonNode freeSubnet(NetworkRecord record, HostId target) throws IOException {
    List<Subnet> taken = new ArrayList<>(AddressPool.subnets(view.networks().on(target)));
    hosts.links().stream()
        .map(link -> link.descriptor().address())
        .forEach(text -> Subnet.address(text).ifPresent(taken::add));
    Subnet free =
        pool.free(new TenantId(record.tenant()), taken)
            .orElseThrow(() -> new IOException("no addresses are left for another network"));
    ObjectNode ipam = JSON.createObjectNode();
    ipam.putArray("Config").addObject().put("Subnet", free.toString());
    return ipam;
  }

  private void record(NetworkRecord there, HostId target) throws IOException {
    try {
      if (!claims.update(there)) {
        remove(there, target);
        throw new IOException("the network \"%s\" is just being removed".formatted(there.name()));
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the network could not be recorded: " + e.getMessage(), e);
    }
  }

  /** Removes what hosts have of a network that is elsewhere, or gone. */
  public void clear(RecordId network) throws IOException {
    Optional<NetworkRecord> record = find(network);
    for (HostLink link : hosts.links()) {
      if (record.isEmpty() || !record.get().host().equals(link.id().value())) {
        remove(network, link.id());
      }
    }
  }

  private void remove(NetworkRecord record, HostId host) throws IOException {
    remove(new RecordId(record.id()), host);
  }

  private void remove(RecordId network, HostId host) throws IOException {
    Optional<String> id = engines.find(network, host);
    if (id.isPresent()) {
      EngineAnswer answer = hosts.link(host).call("DELETE", "/networks/" + id.get(), SHORT);
      if (!answer.isOk() && answer.status() != NOT_FOUND) {
        throw new IOException(answer.message());
      }
      engines.refresh(host);
    }
  }
}
