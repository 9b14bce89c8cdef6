package dev.berth.manager.cluster;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.View;
import dev.berth.manager.view.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the volumes of tenants, as their hosts said last: what is on one that does not answer
 * stays as large as it was. Engines walk through every file for it, so an answer is good for a
 * minute, and who asks meanwhile gets the same. Keeps the answers of {@value #MOST} tenants. Safe
 * for any thread.
 */
public final class VolumeBytes {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeBytes.class);
  private static final int MOST = 10_000;

  /** Engines tell of a size that they do not know by a negative one, too. */
  private static final long UNKNOWN = -1;

  private static final Duration GOOD = Duration.ofMinutes(1);

  /** A walk that is under way, or was. */
  private record Walk(Instant begun, CompletableFuture<Long> bytes) {}

  private final View view;
  private final Function<Collection<HostId>, Map<DiskUsage.VolumeOn, Long>> sizes;
  private final InstantSource clock;
  private final Cache<TenantId, Walk> walks = CacheBuilder.newBuilder().maximumSize(MOST).build();
  private final Cache<TenantId, Map<DiskUsage.VolumeOn, Long>> latest =
      CacheBuilder.newBuilder().maximumSize(MOST).build();

  public VolumeBytes(View view, DiskUsage usage, InstantSource clock) {
    this(view, usage::volumes, clock);
  }

  /**
   * The same by another measure.
   *
   * @param sizes of the volumes on those hosts, without those on hosts that do not answer
   */
  VolumeBytes(
      View view,
      Function<Collection<HostId>, Map<DiskUsage.VolumeOn, Long>> sizes,
      InstantSource clock) {
    this.view = view;
    this.sizes = sizes;
    this.clock = clock;
  }

  /** At most a minute old; waits for the hosts. */
  public long measured(TenantId tenant) {
    return walk(tenant).bytes().join();
  }

  /**
   * What was measured last, and 0 before; does not wait, and has it measured again when it is old.
   */
  public long known(TenantId tenant) {
    CompletableFuture<Long> walk = walk(tenant).bytes();
    return walk.isDone() ? walk.join() : last(tenant);
  }

  private Walk walk(TenantId tenant) {
    Instant now = clock.instant();
    return walks
        .asMap()
        .compute(tenant, (_, before) -> isGood(before, now) ? before : begin(tenant, now));
  }

  private static boolean isGood(Walk walk, Instant now) {
    return walk != null && (!walk.bytes().isDone() || now.isBefore(walk.begun().plus(GOOD)));
  }

  private Walk begin(TenantId tenant, Instant now) {
    CompletableFuture<Long> bytes = new CompletableFuture<>();
    Thread.ofVirtual().name("volume-bytes-" + tenant).start(() -> end(tenant, bytes));
    return new Walk(now, bytes);
  }

  private void end(TenantId tenant, CompletableFuture<Long> walk) {
    try {
      walkThrough(tenant);
    } catch (RuntimeException e) {
      LOG.atWarn().addKeyValue("tenant", tenant).setCause(e).log("volumes were not measured");
    } finally {
      walk.complete(last(tenant));
    }
  }

  private long last(TenantId tenant) {
    Map<DiskUsage.VolumeOn, Long> last = latest.getIfPresent(tenant);
    return last == null ? 0 : last.values().stream().mapToLong(Long::longValue).sum();
  }

  /** A volume that no host tells of now is as large as it was: it would count for nothing else. */
  private void walkThrough(TenantId tenant) {
    Map<DiskUsage.VolumeOn, Long> last =
        Optional.ofNullable(latest.getIfPresent(tenant)).orElse(Map.of());
    List<Volume> volumes = view.in(tenant).volumes(Filters.NONE);
    Map<DiskUsage.VolumeOn, Long> told =
        sizes.apply(volumes.stream().map(Volume::host).filter(host -> !view.isLost(host)).toList());
    Map<DiskUsage.VolumeOn, Long> now = new HashMap<>();
    for (Volume volume : volumes) {
      DiskUsage.VolumeOn on = new DiskUsage.VolumeOn(volume.host(), volume.engineName());
      long size = told.getOrDefault(on, UNKNOWN);
      now.put(on, size < 0 ? last.getOrDefault(on, 0L) : size);
    }
    latest.put(tenant, now);
  }
}
