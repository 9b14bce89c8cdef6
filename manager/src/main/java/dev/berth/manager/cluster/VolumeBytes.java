package dev.berth.manager.cluster;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.berth.common.id.TenantId;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.View;
import dev.berth.manager.view.Volume;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What is in the volumes of tenants, as the hosts that answer last said. Engines walk through every
 * file for it, so an answer is good for a minute, and who asks meanwhile gets the same. Keeps the
 * answers of {@value #MOST} tenants. Safe for any thread.
 */
public final class VolumeBytes {
  private static final int MOST = 10_000;
  private static final Duration GOOD = Duration.ofMinutes(1);

  /** A walk that is under way, or was. */
  private record Walk(Instant begun, CompletableFuture<Long> bytes) {}

  private final View view;
  private final DiskUsage usage;
  private final InstantSource clock;
  private final Cache<TenantId, Walk> walks = CacheBuilder.newBuilder().maximumSize(MOST).build();
  private final Cache<TenantId, Long> latest = CacheBuilder.newBuilder().maximumSize(MOST).build();

  public VolumeBytes(View view, DiskUsage usage, InstantSource clock) {
    this.view = view;
    this.usage = usage;
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
    if (walk.isDone()) {
      return walk.join();
    }
    Long last = latest.getIfPresent(tenant);
    return last == null ? 0 : last;
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
    long bytes = 0;
    try {
      bytes = walkThrough(tenant);
      latest.put(tenant, bytes);
    } finally {
      walk.complete(bytes);
    }
  }

  private long walkThrough(TenantId tenant) {
    List<Volume> volumes =
        view.in(tenant).volumes(Filters.NONE).stream()
            .filter(volume -> !view.isLost(volume.host()))
            .toList();
    Map<DiskUsage.VolumeOn, Long> sizes =
        usage.volumes(volumes.stream().map(Volume::host).toList());
    return volumes.stream()
        .map(volume -> new DiskUsage.VolumeOn(volume.host(), volume.engineName()))
        .mapToLong(volume -> Math.max(0, sizes.getOrDefault(volume, 0L)))
        .sum();
  }
}
