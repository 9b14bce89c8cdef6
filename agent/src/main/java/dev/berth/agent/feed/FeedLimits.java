package dev.berth.agent.feed;

import java.time.Duration;

/**
 * How patient the feed is.
 *
 * @param pingEvery how often the engine is asked whether it is there
 * @param pingBound how long it may take to say so
 * @param inspectBound how long it may take to tell of one container
 * @param beatAfter how much silence there is before a beat
 * @param listsEvery how often images, volumes and networks are listed unasked: a build without a
 *     tag tells no event
 * @param minPause between two attempts to reach an engine that is down
 * @param maxPause the same, after many attempts
 * @param queuedMessages how many messages a reader may be behind
 * @param queuedBytes how many bytes these may have
 */
public record FeedLimits(
    Duration pingEvery,
    Duration pingBound,
    Duration inspectBound,
    Duration beatAfter,
    Duration listsEvery,
    Duration minPause,
    Duration maxPause,
    int queuedMessages,
    long queuedBytes) {

  public static final FeedLimits DEFAULT =
      new FeedLimits(
          Duration.ofSeconds(3),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          Duration.ofMillis(200),
          Duration.ofSeconds(2),
          4096,
          16 * 1024 * 1024);
}
