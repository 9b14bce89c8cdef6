package dev.berth.common.record;

import java.util.Map;

/**
 * A host that has joined, whether or not it is up.
 *
 * @param id its {@link dev.berth.common.id.HostId}
 * @param name what people call it
 * @param joined in milliseconds since 1970
 * @param labels what the operator says of it, over the engine's own labels
 */
public record HostRecord(String id, String name, long joined, Map<String, String> labels) {}
