package dev.berth.manager.move;

import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.Keeper;
import dev.berth.manager.cluster.RecordsNow;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.Unowned;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finishes or undoes what a death left of moves. */
final class MoveKeeper implements Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(MoveKeeper.class);
  private static final Duration REMOVE = Duration.ofMinutes(1);

  private final Hosts hosts;
  private final ContainerRecords records;
  private final View view;
  private final MoveEnding ending;
  private final MovesUnderWay underWay;
  private final RecordSet stopped;
  private final RecordSet following;
  private final RecordSet replaced;
  private final RecordSet handed;
  private final RecordSet departing;
  private final Predicate<HostId> isDraining;

  MoveKeeper(
      Hosts hosts,
      ContainerRecords records,
      View view,
      MoveEnding ending,
      MovesUnderWay underWay,
      RecordSet stopped,
      RecordSet following,
      RecordSet replaced,
      RecordSet handed,
      RecordSet departing,
      Predicate<HostId> isDraining) {
    this.hosts = hosts;
    this.records = records;
    this.view = view;
    this.ending = ending;
    this.underWay = underWay;
    this.stopped = stopped;
    this.following = following;
    this.replaced = replaced;
    this.handed = handed;
    this.departing = departing;
    this.isDraining = isDraining;
  }

  @Override
  public void keep(Epoch term, Predicate<HostId> isFenced) {
    List<ContainerRecord> passing =
        records.all().stream().filter(record -> MoveMark.canBePassing(record.name())).toList();
    for (ContainerRecord record : passing) {
      if (record.state() == ContainerRecord.State.SETTLED
          && isFenced.test(new HostId(record.host()))) {
        recover(record, isFenced);
      }
    }
    try {
      forget(departing);
      if (passing.isEmpty() && !handed.all().isEmpty() && !isAnyPassing()) {
        forget(handed);
      }
      clearReplaced(isFenced);
      List<RecordId> all = stopped.all();
      RecordsNow now = records.now();
      for (RecordId container : all) {
        startAgain(container, now, isFenced);
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("trying again");
    }
  }

  /** One that is not known here yet needs what is kept of it. */
  private boolean isAnyPassing() throws IOException {
    return records.now().any(record -> MoveMark.canBePassing(record.name()));
  }

  /** What a death or a change of mind has left stopped; who is still to leave is left to that. */
  private void startAgain(RecordId id, RecordsNow now, Predicate<HostId> isFenced)
      throws IOException {
    if (underWay.contains(id) || following.contains(id)) {
      return;
    }
    Optional<ContainerRecord> record = records.find(id);
    if (record.isEmpty()) {
      if (!now.contains(id)) {
        stopped.remove(id);
      }
      return;
    }
    HostId host = new HostId(record.get().host());
    if (!isDraining.test(host)
        && isFenced.test(host)
        && view.in(new TenantId(record.get().tenant())).resolve(record.get().containerId())
            instanceof Resolution.Found(Container container)) {
      ending.startAgain(container);
    }
  }

  /** What a death left of moves that nobody is at any more. */
  private void forget(RecordSet some) throws IOException {
    for (RecordId id : some.all()) {
      if (!underWay.contains(id)) {
        some.remove(id);
      }
    }
  }

  /** Containers of a host that came back, and which are elsewhere by now; never their volumes. */
  private void clearReplaced(Predicate<HostId> isFenced) throws IOException {
    List<Unowned> back =
        view.unowned().stream()
            .filter(found -> found.record().isPresent() && found.tenant().isPresent())
            .filter(found -> isFenced.test(found.host()))
            .filter(found -> records.find(found.record().get()).isEmpty())
            .toList();
    RecordsNow now = records.now();
    for (Unowned found : back) {
      RecordId id = found.record().orElseThrow();
      if (!underWay.contains(id) && replaced.contains(id)) {
        if (now.find(found.tenant().orElseThrow(), id).isEmpty()) {
          clear(found);
        } else {
          replaced.remove(id);
        }
      }
    }
  }

  private void clear(Unowned found) {
    try {
      EngineAnswer answer =
          hosts.link(found.host()).call("DELETE", "/containers/" + found.id() + "?force=1", REMOVE);
      LOG.atInfo()
          .addKeyValue("host", found.host())
          .addKeyValue("container", found.id())
          .addKeyValue("status", answer.status())
          .log("removed a container that had been made anew elsewhere");
      if (answer.isOk() || answer.status() == 404) {
        replaced.remove(found.record().orElseThrow());
      }
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("container", found.id()).setCause(e).log("trying again");
    }
  }

  /** While the old container may be there, nobody else is to be at removing it. */
  private boolean canJudge(TenantId tenant, MoveMark mark, Predicate<HostId> isFenced)
      throws IOException {
    return mark.isLost()
        || isFenced.test(mark.from())
        || records.now().find(tenant, mark.of()).isEmpty();
  }

  private void recover(ContainerRecord record, Predicate<HostId> isFenced) {
    if (!(view.in(new TenantId(record.tenant())).resolve(record.containerId())
        instanceof Resolution.Found(Container made))) {
      return;
    }
    Optional<MoveMark> mark =
        MoveMark.parse(made.mark(Labels.MOVE)).filter(each -> !underWay.contains(each.of()));
    try {
      if (mark.isEmpty() || !canJudge(made.tenant(), mark.get(), isFenced)) {
        return;
      }
      ending.recover(made);
      LOG.atInfo()
          .addKeyValue("tenant", record.tenant())
          .addKeyValue("container", record.name())
          .log("a move that was cut off is finished or undone");
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("record", record.id()).setCause(e).log("trying again");
    }
  }
}
