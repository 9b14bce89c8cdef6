/**
 * What managers and agents say to each other over mutual TLS: HTTP/1.1 with the engine's own API
 * below {@link dev.berth.common.wire.AgentApi#ENGINE}, and the feed of a host's state.
 */
package dev.berth.common.wire;
