package dev.berth.common.record;

import java.util.List;
import java.util.Map;

/**
 * What an operator has changed of the container policy, under a name that tenants are put under.
 *
 * @param name unique over the cluster; {@code default} is that of tenants that have no other
 * @param allow fields that are usually denied, with the values that are let by; none for all
 * @param denyActions calls of the Docker API that are switched off, by their action
 * @param limits the bounds that are others than the usual ones
 */
public record PolicyRecord(
    String name,
    Map<String, List<String>> allow,
    List<String> denyActions,
    Map<String, Long> limits) {}
