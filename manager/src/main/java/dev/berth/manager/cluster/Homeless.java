package dev.berth.manager.cluster;

import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.ContainerRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets what was recorded on a host after that had been taken out of the cluster: who made it was
 * late to hear of the removal, and nobody could ever remove it.
 */
public final class Homeless implements Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Homeless.class);

  /** Who makes something there is given this long to find that it cannot be made. */
  private static final Duration GRACE = Duration.ofMinutes(3);

  private final HostRegister register;
  private final ContainerRecords records;
  private final List<Claims<?>> claims;
  private final Consumer<ContainerRecord> forget;
  private final InstantSource clock;

  /**
   * With what is on hosts.
   *
   * @param forget frees a container's name and its place
   */
  public Homeless(
      HostRegister register,
      ContainerRecords records,
      List<Claims<?>> claims,
      Consumer<ContainerRecord> forget,
      InstantSource clock) {
    this.register = register;
    this.records = records;
    this.claims = List.copyOf(claims);
    this.forget = forget;
    this.clock = clock;
  }

  @Override
  public void keep(Epoch term, Predicate<HostId> isFenced) {
    Round round = new Round();
    try {
      for (ContainerRecord record : records.all()) {
        if (round.isHomeless(record.host(), record.created()) && isThere(record)) {
          forget.accept(record);
          log(record.tenant(), record.name(), record.host());
        }
      }
      for (Claims<?> some : claims) {
        forget(some, round);
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("trying again");
    }
  }

  private static <R extends Claim> void forget(Claims<R> claims, Round round) throws IOException {
    for (R record : claims.all()) {
      try {
        if (round.isHomeless(record.host(), record.created()) && claims.isCurrent(record)) {
          claims.remove(record);
          log(record.tenant(), record.name(), record.host());
        }
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
      }
    }
  }

  private boolean isThere(ContainerRecord record) throws IOException {
    try {
      Optional<ContainerRecord> now = records.readWhole(record);
      return now.filter(each -> each.host().equals(record.host())).isPresent();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
    }
  }

  private static void log(String tenant, String name, String host) {
    LOG.atInfo()
        .addKeyValue("tenant", tenant)
        .addKeyValue("object", name)
        .addKeyValue("host", host)
        .log("forgot what was recorded on a host that had been removed");
  }

  /** Asks ZooKeeper of each host that seems not to be there, once. */
  private final class Round {
    private final Map<HostId, Boolean> isGone = new HashMap<>();

    boolean isHomeless(String host, long created) throws IOException {
      HostId id = new HostId(host);
      if (register.find(id).isPresent() || clock.millis() - created < GRACE.toMillis()) {
        return false;
      }
      Boolean known = isGone.get(id);
      if (known == null) {
        known = !register.exists(id);
        isGone.put(id, known);
      }
      return known;
    }
  }
}
