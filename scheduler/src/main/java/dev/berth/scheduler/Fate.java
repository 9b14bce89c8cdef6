package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What would become of a request on one host. For operators: it names the host and what is on it.
 *
 * @param refusal why it cannot go there; empty when it could
 * @param score how the strategy values the host; empty when it cannot go there, or the strategy has
 *     no scores
 * @param isChosen whether it would go there
 */
public record Fate(
    HostId host,
    String name,
    Optional<Placement.Miss> refusal,
    OptionalLong score,
    boolean isChosen) {}
