package dev.berth.manager.cluster;

import dev.berth.common.id.ContainerId;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.manager.view.Unowned;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears away containers that were made, never recorded as such, and never started: nobody knows of
 * them.
 *
 * <p>Hosts tell of a container at once, and ZooKeeper of another manager's record of it a moment
 * later; so before one goes, ZooKeeper itself is asked.
 */
public final class Unacknowledged implements Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Unacknowledged.class);

  /** Takes a container and its anonymous volumes off its host. */
  @FunctionalInterface
  public interface Removal {
    EngineAnswer remove(HostId host, ContainerId container) throws IOException;
  }

  private final View view;
  private final ContainerRecords records;
  private final Predicate<RecordId> isExpected;
  private final Removal removal;

  /**
   * With all that it asks.
   *
   * @param isExpected whether somebody is about a container with that id, though no record that is
   *     known here speaks of it
   */
  public Unacknowledged(
      View view, ContainerRecords records, Predicate<RecordId> isExpected, Removal removal) {
    this.view = view;
    this.records = records;
    this.isExpected = isExpected;
    this.removal = removal;
  }

  @Override
  public void keep(Epoch term, Predicate<HostId> isFenced) {
    List<Unowned> all = view.unowned();
    // INVARIANT: read later than what hosts have told, as a container is made after its record.
    RecordsNow now = records.now();
    for (Unowned found : all) {
      if (isFenced.test(found.host()) && seemsNobodys(found)) {
        clear(found, now);
      }
    }
  }

  private boolean seemsNobodys(Unowned found) {
    if (!found.state().equals("created") || found.record().isEmpty()) {
      return false;
    }
    Optional<ContainerRecord> record = records.find(found.record().get());
    return record.isPresent()
        ? isOfAnother(record.get(), found)
        : !isExpected.test(found.record().get());
  }

  private static boolean isOfAnother(ContainerRecord record, Unowned found) {
    return record.state() == ContainerRecord.State.SETTLED
        && !record.containerId().equals(found.id().value());
  }

  private void clear(Unowned found, RecordsNow now) {
    try {
      // What names no tenant was made for a move, and no record ever speaks of it.
      if (found.tenant().isPresent()) {
        Optional<ContainerRecord> record =
            now.find(found.tenant().get(), found.record().orElseThrow());
        if (record.isPresent() && !isOfAnother(record.get(), found)) {
          return;
        }
      }
      EngineAnswer answer = removal.remove(found.host(), found.id());
      LOG.atInfo()
          .addKeyValue("host", found.host())
          .addKeyValue("container", found.id())
          .addKeyValue("status", answer.status())
          .log("cleared a container that was never acknowledged");
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("container", found.id()).setCause(e).log("not cleared");
    }
  }
}
