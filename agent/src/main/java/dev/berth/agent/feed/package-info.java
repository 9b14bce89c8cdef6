/**
 * What is on the host, told to every manager as it changes. The engine's events come in; the
 * messages of {@link dev.berth.common.wire.FeedMessage} go out, each after the change it tells of.
 */
package dev.berth.agent.feed;
