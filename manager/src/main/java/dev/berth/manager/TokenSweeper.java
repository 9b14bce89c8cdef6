package dev.berth.manager;

import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.IdentityStore;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes expired tokens out of the identity store now and then, on the manager that leads. */
final class TokenSweeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenSweeper.class);
  private static final int MOST = 2_000;

  private final IdentityStore identities;
  private final BooleanSupplier isLeading;
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("token-sweeper").factory());

  TokenSweeper(IdentityStore identities, BooleanSupplier isLeading) {
    this.identities = identities;
    this.isLeading = isLeading;
  }

  void start(Duration pause) {
    var _ =
        rounds.scheduleWithFixedDelay(
            this::sweep, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    if (!isLeading.getAsBoolean()) {
      return;
    }
    try {
      int removed = identities.sweep(MOST);
      LOG.atDebug().addKeyValue("removed", removed).log("expired tokens swept");
    } catch (IdentityException e) {
      LOG.atDebug().setCause(e).log("expired tokens stay for now");
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).log("expired tokens could not be swept");
    }
  }

  @Override
  public void close() {
    rounds.shutdownNow();
  }
}
