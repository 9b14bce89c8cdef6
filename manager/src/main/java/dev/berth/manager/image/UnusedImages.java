package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.ImageRecords;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes images off the hosts that no tenant has any more. Only those that a tenant has given up are
 * looked at, and what they were built from: what an operator keeps on an engine stays. What is
 * still needed is looked at again, for as long as this manager runs. Safe for any thread.
 */
public final class UnusedImages implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnusedImages.class);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final long ROUND_SECONDS = 15;
  private static final int MAX_WAITING = 10_000;

  private final Hosts hosts;
  private final View view;
  private final ImageRecords records;
  private final ImageTransfers transfers;
  private final Set<ImageId> waiting = ConcurrentHashMap.newKeySet();
  private final Semaphore wakeUp = new Semaphore(0);
  private final ReentrantLock[] locks =
      Stream.generate(ReentrantLock::new).limit(256).toArray(ReentrantLock[]::new);
  private volatile boolean closed;

  UnusedImages(Hosts hosts, View view, ImageRecords records, ImageTransfers transfers) {
    this.hosts = hosts;
    this.view = view;
    this.records = records;
    this.transfers = transfers;
  }

  public void start() {
    Thread.ofVirtual().name("unused-images").start(this::run);
  }

  /** Something that needs an image to stay while it is done. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does something while the image is not taken away by this manager. */
  <T> T guarded(ImageId image, Work<T> work) throws IOException {
    ReentrantLock lock = locks[Math.floorMod(image.hashCode(), locks.length)];
    lock.lock();
    try {
      return work.run();
    } finally {
      lock.unlock();
    }
  }

  /** A tenant has given this image up. */
  void givenUp(ImageId image) {
    if (waiting.size() < MAX_WAITING) {
      waiting.add(image);
      wakeUp.release();
    }
  }

  private void run() {
    while (!closed) {
      try {
        if (wakeUp.tryAcquire(ROUND_SECONDS, TimeUnit.SECONDS)) {
          wakeUp.drainPermits();
        }
        for (ImageId image : List.copyOf(waiting)) {
          if (guarded(image, () -> isDone(image))) {
            waiting.remove(image);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | RuntimeException e) {
        LOG.atWarn().setCause(e).log("unused images stay for now");
      }
    }
  }

  /** Whether nothing is left to do for an image. */
  private boolean isDone(ImageId image) throws IOException {
    if (records.isOwned(image) || view.isShared(image)) {
      return true;
    }
    if (view.isImageUsed(image)) {
      return false;
    }
    boolean isGone = view.lostHosts().isEmpty();
    for (HostId host : view.imageHosts(image)) {
      isGone &= remove(hosts.link(host), image);
    }
    return isGone;
  }

  /** Without force: an engine keeps what it needs. */
  private boolean remove(HostLink host, ImageId image) throws IOException {
    EngineAnswer found = host.call("GET", "/images/" + image + "/json", ANSWER);
    if (found.status() == 404) {
      return true;
    }
    EngineAnswer last = found;
    for (String names : List.of("RepoDigests", "RepoTags")) {
      for (JsonNode name : found.json().path(names)) {
        last = host.call("DELETE", "/images/" + name.asText() + "?noprune=1", ANSWER);
      }
    }
    EngineAnswer removed = host.call("DELETE", "/images/" + image + "?noprune=1", ANSWER);
    boolean isGone = removed.isOk() || removed.status() == 404;
    LOG.atInfo()
        .addKeyValue("host", host.id())
        .addKeyValue("image", image.shortened())
        .addKeyValue("gone", isGone)
        .addKeyValue("answer", last.status())
        .log("unused image");
    // What a build made on the way to it is nobody's, and has no other end.
    String parent = found.json().path("Parent").asText();
    if (isGone && ImageName.isDigest(parent)) {
      givenUp(new ImageId(parent));
    }
    transfers.refresh(host.id());
    return isGone;
  }

  @Override
  public void close() {
    closed = true;
    wakeUp.release();
  }
}
