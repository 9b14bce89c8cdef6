package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.ResponseHead;
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
  private static final JsonMapper JSON = new JsonMapper();
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
    try (HttpCall call =
        link.get()
            .agentCall(
                "POST", AgentApi.REFRESH_LISTS + "?" + list, Headers.of("Content-Length", "0"))) {
      call.readTimeout(ANSWER);
      ResponseHead head = call.receive();
      JsonNode answer = JSON.readTree(call.responseBody().readAllBytes());
      if (head.status() == 200) {
        view.awaitSeq(host, answer.path("seq").asLong(), VISIBLE);
      }
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("host", host).setCause(e).log("no refresh");
    }
  }
}
