package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.berth.common.id.ContainerId;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which container an exec belongs to. What this manager made it remembers, for a while; of others
 * it asks the hosts. Safe for any thread.
 */
public final class ExecIndex {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_REMEMBERED = 50_000;
  private static final Duration ASK = Duration.ofSeconds(5);

  private final Hosts hosts;
  private final Cache<String, ContainerId> remembered =
      CacheBuilder.newBuilder()
          .maximumSize(MAX_REMEMBERED)
          .expireAfterAccess(Duration.ofHours(1))
          .build();

  public ExecIndex(Hosts hosts) {
    this.hosts = hosts;
  }

  public void remember(String execId, ContainerId container) {
    remembered.put(execId, container);
  }

  /** The container of that exec, if it is in the scope. */
  public Optional<Container> containerOf(String execId, Scope scope) {
    if (!FORM.matcher(execId).matches()) {
      return Optional.empty();
    }
    ContainerId id = remembered.getIfPresent(execId);
    if (id == null) {
      Optional<ContainerId> asked = ask(execId);
      if (asked.isEmpty()) {
        return Optional.empty();
      }
      id = asked.get();
      remembered.put(execId, id);
    }
    return scope.resolve(id.value()) instanceof Resolution.Found(Container container)
        ? Optional.of(container)
        : Optional.empty();
  }

  private Optional<ContainerId> ask(String execId) {
    for (HostLink host : hosts.links()) {
      try {
        EngineAnswer answer = host.call("GET", "/exec/" + execId + "/json", ASK);
        JsonNode container = answer.json().path("ContainerID");
        if (answer.isOk() && container.isTextual()) {
          return Optional.of(new ContainerId(container.textValue()));
        }
      } catch (IOException e) {
        // That host cannot say; another may.
      }
    }
    return Optional.empty();
  }
}
