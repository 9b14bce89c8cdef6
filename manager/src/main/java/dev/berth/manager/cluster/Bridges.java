package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.NetworkRecord;
import dev.berth.manager.view.Network;
import dev.berth.manager.view.Predefined;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tenants' default networks: one bridge for each tenant on each host where it has a container,
 * made when the first one comes and kept. Containers of two tenants never share one. Safe for any
 * thread.
 */
public final class Bridges {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration OTHERS = Duration.ofSeconds(30);
  private static final int TRIES = 8;

  private final Claims<NetworkRecord> claims;
  private final EngineNetworks engines;
  private final Hosts hosts;
  private final View view;
  private final AddressPool pool;
  private final InstantSource clock;

  /**
   * Bridges.
   *
   * @param claims by host
   */
  public Bridges(
      Claims<NetworkRecord> claims,
      EngineNetworks engines,
      Hosts hosts,
      View view,
      AddressPool pool,
      InstantSource clock) {
    this.claims = claims;
    this.engines = engines;
    this.hosts = hosts;
    this.view = view;
    this.pool = pool;
    this.clock = clock;
  }

  /** What engines call a tenant's default network. */
  public static String engineName(TenantId tenant) {
    return tenant + "." + Predefined.BRIDGE;
  }

  /** Removes a tenant's default network from a host, where nothing may be on it any more. */
  public EngineAnswer remove(Network.Own bridge) throws IOException {
    EngineAnswer answer =
        hosts.link(bridge.host()).call("DELETE", "/networks/" + bridge.id(), OTHERS);
    if (answer.isOk() || answer.status() == 404) {
      engines.forget(claims, bridge.record());
      engines.refresh(bridge.host());
    }
    return answer;
  }

  /** Makes sure that the tenant has its default network on that host; returns the engine's id. */
  public String ensure(TenantId tenant, Placer.Place place) throws IOException {
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<NetworkRecord> existing = claims.awaitSettled(tenant, place.host().value(), OTHERS);
      if (existing.isPresent()) {
        if (view.networks().has(existing.get())) {
          return existing.get().networkId();
        }
        engines.refresh(place.host());
        if (view.networks().has(existing.get()) || !engines.forgetIfGone(claims, existing.get())) {
          return existing.get().networkId();
        }
      }
      NetworkRecord pending =
          new NetworkRecord(
              RecordId.random().value(),
              tenant.value(),
              Predefined.BRIDGE,
              place.host().value(),
              Claim.State.PENDING,
              "",
              clock.millis(),
              place.epoch().value());
      if (claim(pending)) {
        return make(pending, tenant);
      }
    }
    throw new IOException(
        "the default network of %s on host %s is just being made; try again"
            .formatted(tenant, place.host()));
  }

  /** Whether this caller has the claim now; somebody else may have been first. */
  private boolean claim(NetworkRecord pending) throws IOException {
    try {
      claims.create(pending);
      return true;
    } catch (Claims.TakenException e) {
      return false;
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the default network could not be recorded: " + e.getMessage(), e);
    }
  }

  private String make(NetworkRecord pending, TenantId tenant) throws IOException {
    HostId host = new HostId(pending.host());
    List<Subnet> taken = new ArrayList<>();
    hosts.links().forEach(link -> link.address().ifPresent(taken::add));
    String refusal = "";
    try {
      for (int tries = 0; tries < TRIES; tries++) {
        List<Subnet> used = new ArrayList<>(taken);
        used.addAll(AddressPool.subnets(view.networks().on(host)));
        Optional<Subnet> subnet = pool.free(tenant, used);
        if (subnet.isEmpty()) {
          refusal = "all of %s is taken: widen network.pool".formatted(pool.range());
          break;
        }
        EngineAnswer answer = engines.create(pending, body(subnet.get()));
        if (answer.isOk()) {
          String id = answer.json().path("Id").asText();
          return engines.settle(claims, pending, id).networkId();
        }
        if (answer.status() == 409) {
          Optional<String> orphan = engines.findDefault(host, tenant);
          if (orphan.isPresent()) {
            return engines.settle(claims, pending, orphan.get()).networkId();
          }
        }
        // Taken a moment ago, or by what is no network of the engine's.
        taken.add(subnet.get());
        refusal = answer.message();
        engines.refresh(host);
      }
    } catch (EngineNetworks.GivenUpException e) {
      throw e.unreachable();
    } catch (IOException | RuntimeException e) {
      engines.forget(claims, pending);
      throw e;
    }
    engines.forget(claims, pending);
    throw new IOException(
        "host %s cannot make the default network of %s: %s".formatted(host, tenant, refusal));
  }

  private static ObjectNode body(Subnet subnet) {
    ObjectNode body = JSON.createObjectNode();
    body.put("Driver", "bridge");
    body.putObject("IPAM").putArray("Config").addObject().put("Subnet", subnet.toString());
    body.putObject("Labels").put(Labels.DEFAULT_NETWORK, "true");
    return body;
  }
}
