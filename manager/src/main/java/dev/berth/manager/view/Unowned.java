package dev.berth.manager.view;

import dev.berth.common.id.ContainerId;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import java.util.Optional;

/**
 * A container on an engine that is nobody's: no record speaks of it, or one that says otherwise.
 *
 * @param record the record that its label names
 * @param tenant the tenant that its label names
 * @param state as the engine tells: created, running, exited…
 */
public record Unowned(
    HostId host,
    ContainerId id,
    Optional<RecordId> record,
    Optional<TenantId> tenant,
    String state) {}
