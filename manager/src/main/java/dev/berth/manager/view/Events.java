package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.berth.common.id.Labels;
import dev.berth.common.id.TenantId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The events of all engines as each tenant sees its own: the last of them kept for {@code since},
 * new ones handed to who listens. Memory is bounded: of each tenant the last {@value #KEPT}, for
 * the {@value #TENANTS} tenants that had the latest, and a listener that falls {@value #BEHIND}
 * behind is ended. Safe for any thread.
 */
public final class Events {
  private static final String VOLUME = "volume";
  private static final String NETWORK = "network";

  static final int KEPT = 1024;
  static final int TENANTS = 1000;
  static final int BEHIND = 4096;
  private static final int OBJECTS_REMEMBERED = 100_000;
  private static final int UNCLAIMED = 1_000;

  private final Cache<TenantId, Deque<ObjectNode>> kept =
      CacheBuilder.newBuilder().maximumSize(TENANTS).build();
  private final Cache<String, TenantId> owners =
      CacheBuilder.newBuilder().maximumSize(OBJECTS_REMEMBERED).build();

  // An engine names the volumes that it makes for a container; whose they are is known later.
  private final Cache<String, JsonNode> unclaimed =
      CacheBuilder.newBuilder()
          .maximumSize(UNCLAIMED)
          .expireAfterWrite(Duration.ofMinutes(1))
          .build();
  private final Map<TenantId, Set<Subscription>> listeners = new ConcurrentHashMap<>();

  /** Takes in an event as its engine said it; what is no tenant's is not kept. */
  void add(JsonNode engineEvent) {
    Optional<TenantId> owner = owner(engineEvent);
    if (owner.isEmpty()) {
      if (engineEvent.path("Type").asText().equals(VOLUME)
          && engineEvent.path("Action").asText().equals("create")) {
        unclaimed.put(engineEvent.path("Actor").path("ID").asText(), engineEvent);
      }
      return;
    }
    ObjectNode event = asTenants(engineEvent, owner.get());
    if (!isOfDefaultNetwork(event)) {
      add(owner.get(), event);
    }
  }

  /** Takes in an event of a tenant as the tenant sees it. */
  public void add(TenantId tenant, ObjectNode event) {
    Deque<ObjectNode> own = keptOf(tenant);
    synchronized (own) {
      own.addLast(event);
      if (own.size() > KEPT) {
        own.removeFirst();
      }
      // Under the lock, so that a new listener gets each event once: kept, or handed to it.
      listeners.getOrDefault(tenant, Set.of()).forEach(listener -> listener.offer(event));
    }
  }

  /** A volume belongs to a tenant from now on; what an engine told of its creation is told now. */
  void ownsVolume(TenantId tenant, String engineName) {
    owners.put(VOLUME + "/" + engineName, tenant);
    JsonNode created = unclaimed.asMap().remove(engineName);
    if (created != null) {
      add(created);
    }
  }

  /** A network belongs to a tenant from now on. */
  void ownsNetwork(TenantId tenant, String engineName) {
    owners.put(NETWORK + "/" + engineName, tenant);
  }

  private Deque<ObjectNode> keptOf(TenantId tenant) {
    Deque<ObjectNode> own = kept.getIfPresent(tenant);
    if (own == null) {
      kept.asMap().putIfAbsent(tenant, new ArrayDeque<>());
      own = kept.asMap().getOrDefault(tenant, new ArrayDeque<>());
    }
    return own;
  }

  /** That a host got or lost its part of a tenant's default network is nothing to the tenant. */
  private static boolean isOfDefaultNetwork(ObjectNode event) {
    return event.path("Type").asText().equals(NETWORK)
        && event.path("Actor").path("Attributes").path("name").asText().equals(Predefined.BRIDGE)
        && !event.path("Actor").path("Attributes").has("container");
  }

  private Optional<TenantId> owner(JsonNode event) {
    JsonNode actor = event.path("Actor");
    JsonNode attributes = actor.path("Attributes");
    if (event.path("Type").asText().equals("container")) {
      String label = attributes.path(Labels.TENANT).asText("");
      if (label.isEmpty()) {
        return Optional.empty();
      }
      TenantId tenant = new TenantId(label);
      owners.put(actor.path("ID").asText(), tenant);
      return Optional.of(tenant);
    }
    if (event.path("Type").asText().equals("image")) {
      // An image's attributes are its labels, which anyone can have written.
      return Optional.empty();
    }
    String key =
        switch (event.path("Type").asText()) {
          case VOLUME -> VOLUME + "/" + actor.path("ID").asText();
          case NETWORK -> NETWORK + "/" + attributes.path("name").asText();
          default -> "";
        };
    return Optional.ofNullable(owners.getIfPresent(key))
        .or(() -> Optional.ofNullable(owners.getIfPresent(attributes.path("container").asText())));
  }

  private static ObjectNode asTenants(JsonNode engineEvent, TenantId tenant) {
    ObjectNode event = engineEvent.deepCopy();
    if (event.path("Actor").path("Attributes") instanceof ObjectNode attributes) {
      String image = attributes.path(Labels.IMAGE).asText("");
      if (!image.isEmpty() && attributes.has("image")) {
        attributes.put("image", image);
        if (event.has("from")) {
          event.put("from", image);
        }
      }
      attributes.remove(
          attributes.properties().stream()
              .map(Map.Entry::getKey)
              .filter(Labels::isReserved)
              .toList());
      String name = attributes.path("name").asText("");
      if (!name.isEmpty()) {
        attributes.put("name", own(name, tenant));
      }
      String before = attributes.path("oldName").asText("");
      if (before.startsWith("/")) {
        attributes.put("oldName", "/" + own(before.substring(1), tenant));
      }
    }
    if (event.path("Actor") instanceof ObjectNode actor) {
      String type = event.path("Type").asText();
      String name = actor.path("Attributes").path("name").asText("");
      if (type.equals(VOLUME)) {
        actor.put("ID", own(actor.path("ID").asText(), tenant));
      } else if (type.equals(NETWORK) && Predefined.isName(name)) {
        actor.put("ID", Predefined.id(tenant, name));
      }
    }
    return event;
  }

  private static String own(String name, TenantId tenant) {
    String prefix = tenant.value() + ".";
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  /** Listens for a tenant's events; the kept ones since the query's beginning come first. */
  public Subscription subscribe(TenantId tenant, EventQuery query) {
    Deque<ObjectNode> own = keptOf(tenant);
    Subscription subscription = new Subscription(tenant, query);
    synchronized (own) {
      if (query.since().isPresent()) {
        List<ObjectNode> past = new ArrayList<>(own);
        past.sort(Comparator.comparingLong(EventQuery::nanos));
        past.forEach(subscription::offer);
      }
      listeners.computeIfAbsent(tenant, _ -> ConcurrentHashMap.newKeySet()).add(subscription);
    }
    return subscription;
  }

  /** One listener; close it when done. Read by one thread. */
  public final class Subscription implements AutoCloseable {
    private final TenantId tenant;
    private final EventQuery query;
    private final BlockingQueue<ObjectNode> queue = new ArrayBlockingQueue<>(BEHIND);
    private volatile boolean fellBehind;

    private Subscription(TenantId tenant, EventQuery query) {
      this.tenant = tenant;
      this.query = query;
    }

    private void offer(ObjectNode event) {
      if (query.test(event) && !queue.offer(event)) {
        fellBehind = true;
        close();
      }
    }

    /** Whether events were lost because they were not taken: then the stream must end. */
    public boolean hasFallenBehind() {
      return fellBehind;
    }

    /** The next event, if one comes in time. */
    public Optional<ObjectNode> next(long millis) throws InterruptedException {
      return Optional.ofNullable(queue.poll(Math.max(0, millis), TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
      listeners.getOrDefault(tenant, Set.of()).remove(this);
    }
  }
}
