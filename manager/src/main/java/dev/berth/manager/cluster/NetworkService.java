package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.NetworkRecord;
import dev.berth.manager.view.Network;
import dev.berth.manager.view.View;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes and removes the networks of tenants, each on one host: the record first, then the engine,
 * then the record again. Safe for any thread.
 */
public final class NetworkService {
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final Claims<NetworkRecord> claims;
  private final EngineNetworks engines;
  private final Hosts hosts;
  private final View view;
  private final Placer placer;
  private final AddressPool pool;
  private final InstantSource clock;
  private final Companions companions;

  public NetworkService(
      Claims<NetworkRecord> claims,
      EngineNetworks engines,
      Hosts hosts,
      View view,
      Placer placer,
      AddressPool pool,
      InstantSource clock) {
    this.claims = claims;
    this.engines = engines;
    this.hosts = hosts;
    this.view = view;
    this.placer = placer;
    this.pool = pool;
    this.clock = clock;
    this.companions = new Companions(view, clock);
  }

  /**
   * Makes a network beside what it goes with, or else on the host that has the fewest, and returns
   * the engine's answer. After a good answer it is in the view.
   *
   * @param asked what goes to the engine, without Berth's labels and with the tenant's name
   * @throws ConflictingClaimException when the tenant has one of that name
   */
  public EngineAnswer create(TenantId tenant, String name, ObjectNode asked)
      throws IOException,
          NoLeaderException,
          RefusedPlacementException,
          RefusedSubnetException,
          ConflictingClaimException {
    List<Subnet> subnets = AddressPool.subnets(List.of(asked));
    for (Subnet subnet : subnets) {
      Optional<String> refusal = SubnetRules.refusal(subnet, pool.range(), addressesOfTheFleet());
      if (refusal.isPresent()) {
        throw new RefusedSubnetException(subnet.toString(), refusal.get());
      }
    }
    Map<String, Integer> loads = loads(subnets);
    List<HostId> wished =
        companions.hostsFor(tenant, labels(asked)).stream()
            .filter(host -> loads.getOrDefault(host.value(), 0) < Roomless.CLASHING)
            .toList();
    Placer.Place place = placer.spread(tenant, wished, loads);
    NetworkRecord pending =
        new NetworkRecord(
            RecordId.random().value(),
            tenant.value(),
            name,
            place.host().value(),
            Claim.State.PENDING,
            "",
            clock.millis(),
            place.epoch().value());
    placer.take(tenant, Quantity.NETWORKS, pending.id());
    try {
      claim(pending);
    } catch (IOException | ConflictingClaimException | RuntimeException e) {
      placer.giveBack(pending.id());
      throw e;
    }
    EngineAnswer answer;
    try {
      answer = engines.create(pending, asked);
      if (answer.message().contains("non-overlapping IPv4 address pool")) {
        // The engine's own ranges are few. The fleet's are not.
        answer = engines.create(pending, withSubnet(asked, tenant, place.host()));
      }
    } catch (EngineNetworks.GivenUpException e) {
      throw e.unreachable();
    } catch (IOException | RuntimeException e) {
      engines.forget(claims, pending);
      throw e;
    }
    if (!answer.isOk()) {
      engines.forget(claims, pending);
      return answer;
    }
    engines.settle(claims, pending, answer.json().path("Id").asText());
    return answer;
  }

  private static Map<String, String> labels(ObjectNode asked) {
    Map<String, String> labels = new HashMap<>();
    asked
        .path("Labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }

  private List<String> addressesOfTheFleet() {
    return hosts.links().stream().map(link -> link.descriptor().address()).toList();
  }

  private Map<String, Integer> loads(List<Subnet> subnets) {
    Map<String, Integer> loads = claims.countByHost();
    if (!subnets.isEmpty()) {
      for (HostLink link : hosts.links()) {
        List<Subnet> taken = AddressPool.subnets(view.networks().on(link.id()));
        if (subnets.stream().anyMatch(subnet -> taken.stream().anyMatch(subnet::overlaps))) {
          loads.merge(link.id().value(), Roomless.CLASHING, Integer::sum);
        }
      }
    }
    return loads;
  }

  private ObjectNode withSubnet(ObjectNode asked, TenantId tenant, HostId host) {
    List<Subnet> taken = new ArrayList<>(AddressPool.subnets(view.networks().on(host)));
    hosts.links().forEach(link -> link.address().ifPresent(taken::add));
    ObjectNode changed = asked.deepCopy();
    pool.free(tenant, taken)
        .ifPresent(
            subnet ->
                changed
                    .putObject("IPAM")
                    .putArray("Config")
                    .addObject()
                    .put("Subnet", subnet.toString()));
    return changed;
  }

  private void claim(NetworkRecord pending) throws IOException, ConflictingClaimException {
    try {
      claims.create(pending);
    } catch (Claims.TakenException e) {
      throw new ConflictingClaimException(
          "network with name %s already exists".formatted(pending.name()));
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the network could not be recorded: " + e.getMessage(), e);
    }
  }

  /** Removes a network from its engine and then its record; returns the engine's answer. */
  public EngineAnswer remove(Network.Own network) throws IOException {
    EngineAnswer answer =
        hosts.link(network.host()).call("DELETE", "/networks/" + network.id(), ANSWER);
    if (answer.isOk() || answer.status() == 404) {
      engines.forget(claims, network.record());
      engines.refresh(network.host());
    }
    return answer;
  }
}
