package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;
import dev.berth.common.wire.AgentApi;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until the view shows the volumes or networks of a host as its engine has them now: the
 * agent lists them anew and sends the difference down the feed. Safe for any thread.
 */
final class Lists {
  private static final Logger LOG = LoggerFactory.getLogger(Lists.class);
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final Duration VISIBLE = Duration.ofSeconds(5);

  private final Hosts hosts;
  private final View view;

  Lists(Hosts hosts, View view) {
    this.hosts = hosts;
    this.view = view;
  }

  void refreshVolumes(HostId host) {
    refresh(host, "volumes");
  }

  void refreshNetworks(HostId host) {
    refresh(host, "networks");
  }

  private void refresh(HostId host, String list) {
    Optional<HostLink> link = hosts.find(host);
    if (link.isEmpty()) {
      return;
    }
    try {
      view.awaitSeq(host, link.get().refresh(AgentApi.REFRESH_LISTS + "?" + list, ANSWER), VISIBLE);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("host", host).setCause(e).log("no refresh");
    }
  }
}
