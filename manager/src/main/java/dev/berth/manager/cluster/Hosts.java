package dev.berth.manager.cluster;

import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.manager.view.View;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members whose agents are connected to the cluster, as ZooKeeper tells, and a link and a feed
 * for each. While ZooKeeper is away the hosts that were known are kept; one that is revoked or
 * removed goes at once, whatever its agent says. Safe for any thread.
 */
public final class Hosts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hosts.class);

  /** Hears of hosts that come with a new description, and of those that go. Must be quick. */
  public interface Listener {
    void hostJoined(HostLink link);

    void hostLeft(HostId host);
  }

  private record Member(HostLink link, FeedReader feed) {}

  private final CuratorCache cache;
  private final HostRegister register;
  private final Dialer dialer;
  private final View view;
  private final Supplier<Epoch> epoch;
  private final Map<HostId, Member> members = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  // Made anew with each change of the members: every placement asks for them.
  private volatile List<HostLink> links = List.of();

  // The same, for every answer tells a version.
  private volatile List<String> apiVersions = List.of();

  public Hosts(
      CuratorFramework zookeeper,
      HostRegister register,
      Dialer dialer,
      View view,
      Supplier<Epoch> epoch) {
    this.cache = CuratorCache.build(zookeeper, Paths.LIVE_HOSTS);
    this.register = register;
    this.dialer = dialer;
    this.view = view;
    this.epoch = epoch;
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Begins to follow the hosts; those already there are joined in the background. */
  public void start() {
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreates(this::joined)
                .forChanges((_, data) -> joined(data))
                .forDeletes(this::left)
                .build());
    register.listen(this::membershipChanged);
    cache.start();
  }

  private synchronized void membershipChanged(HostId host) {
    if (!register.isMember(host)) {
      drop(host);
      if (register.find(host).isEmpty()) {
        view.forgetHost(host);
      }
    } else if (!members.containsKey(host)) {
      cache.get(Paths.liveHost(host)).ifPresent(this::joined);
    }
  }

  private static boolean isHost(ChildData data) {
    return data.getPath().startsWith(Paths.LIVE_HOSTS + "/")
        && data.getData() != null
        && data.getData().length > 0;
  }

  private synchronized void joined(ChildData data) {
    if (!isHost(data)) {
      return;
    }
    HostDescriptor descriptor = Records.read(data.getData(), HostDescriptor.class);
    HostId id = new HostId(descriptor.id());
    if (!register.isMember(id)) {
      LOG.atWarn()
          .addKeyValue("host", id)
          .log("a host that is no member, or not yet, says that it is there");
      return;
    }
    Member before = members.get(id);
    if (before != null && before.link().descriptor().equals(descriptor)) {
      before.feed().wake();
      return;
    }
    if (before != null) {
      before.feed().close();
      before.link().close();
    }
    HostLink link = new HostLink(descriptor, dialer, epoch);
    view.hostJoined(descriptor);
    FeedReader feed = new FeedReader(link, view);
    members.put(id, new Member(link, feed));
    sortLinks();
    feed.start();
    listeners.forEach(listener -> listener.hostJoined(link));
    LOG.atInfo()
        .addKeyValue("host", id)
        .addKeyValue("address", descriptor.address())
        .log("host joined");
  }

  private synchronized void left(ChildData data) {
    if (!isHost(data)) {
      return;
    }
    drop(new HostId(data.getPath().substring(Paths.LIVE_HOSTS.length() + 1)));
  }

  private void drop(HostId id) {
    Member member = members.remove(id);
    if (member != null) {
      sortLinks();
      member.feed().close();
      member.link().close();
      view.hostLeft(id);
      listeners.forEach(listener -> listener.hostLeft(id));
      LOG.atWarn().addKeyValue("host", id).log("host left");
    }
  }

  /**
   * The link to that host.
   *
   * @throws HostUnreachableException when its agent is not connected
   */
  public HostLink link(HostId host) throws HostUnreachableException {
    return find(host)
        .orElseThrow(() -> new HostUnreachableException(host, "its agent is not connected"));
  }

  public Optional<HostLink> find(HostId host) {
    return Optional.ofNullable(members.get(host)).map(Member::link);
  }

  /** The links to all hosts that are connected, in the order of their ids. */
  public Collection<HostLink> links() {
    return links;
  }

  /** The versions of the Engine API that the hosts which are connected speak, each once. */
  public List<String> apiVersions() {
    return apiVersions;
  }

  private void sortLinks() {
    links =
        members.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> entry.getValue().link())
            .toList();
    apiVersions = links.stream().map(link -> link.descriptor().apiVersion()).distinct().toList();
  }

  /** Whether the feed of that host runs and has brought its first snapshot. */
  public boolean isInSync(HostId host) {
    Member member = members.get(host);
    return member != null && member.feed().isInSync();
  }

  /** Why the feed of a host that says that it is there does not run; empty when it does. */
  public String trouble(HostId host) {
    Member member = members.get(host);
    return member == null ? "" : member.feed().trouble();
  }

  @Override
  public synchronized void close() {
    cache.close();
    members
        .values()
        .forEach(
            member -> {
              member.feed().close();
              member.link().close();
            });
    members.clear();
    sortLinks();
  }
}
