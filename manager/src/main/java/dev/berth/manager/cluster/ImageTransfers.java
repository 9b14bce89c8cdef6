package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.wire.AgentApi;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings images to hosts from other hosts: their bytes go from agent to agent and never through
 * here. One transfer of an image to a host at a time, for which all who need it wait. Safe for any
 * thread.
 */
public final class ImageTransfers {
  private static final Logger LOG = LoggerFactory.getLogger(ImageTransfers.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration SHORT = Duration.ofSeconds(15);
  private static final Duration VISIBLE = Duration.ofSeconds(10);
  private static final Duration TRANSFER = Duration.ofMinutes(30);
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private record Target(HostId host, ImageId image) {}

  private final Hosts hosts;
  private final View view;
  private final Map<Target, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

  public ImageTransfers(Hosts hosts, View view) {
    this.hosts = hosts;
    this.view = view;
  }

  /**
   * Returns when that host has the image.
   *
   * @throws ImageUnavailableException when it cannot be brought there
   */
  public void bring(ImageId image, HostId host) throws IOException {
    if (view.imageHosts(image).contains(host)) {
      return;
    }
    CompletableFuture<Void> own = new CompletableFuture<>();
    CompletableFuture<Void> others = underWay.putIfAbsent(new Target(host, image), own);
    if (others != null) {
      await(others, image, host);
      return;
    }
    try {
      transfer(image, host);
      own.complete(null);
    } catch (IOException | RuntimeException e) {
      own.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(new Target(host, image));
    }
  }

  private static void await(CompletableFuture<Void> transfer, ImageId image, HostId host)
      throws IOException {
    try {
      transfer.get(TRANSFER.toMinutes(), TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw new ImageUnavailableException(e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new ImageUnavailableException(
          "image %s did not get to host %s in %d minutes"
              .formatted(image.shortened(), host, TRANSFER.toMinutes()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageUnavailableException("interrupted");
    }
  }

  private void transfer(ImageId image, HostId host) throws IOException {
    List<String> failures = new ArrayList<>();
    for (HostId source : view.imageHosts(image)) {
      if (source.equals(host)) {
        return;
      }
      try {
        long began = System.nanoTime();
        take(image, hosts.link(source), hosts.link(host));
        refresh(host);
        LOG.atInfo()
            .addKeyValue("image", image.shortened())
            .addKeyValue("from", source)
            .addKeyValue("to", host)
            .addKeyValue("ms", Duration.ofNanos(System.nanoTime() - began).toMillis())
            .log("image brought");
        return;
      } catch (StaleEpochException e) {
        throw e;
      } catch (IOException e) {
        LOG.atWarn()
            .addKeyValue("image", image.shortened())
            .addKeyValue("from", source)
            .addKeyValue("to", host)
            .setCause(e)
            .log("image not brought");
        failures.add(e.getMessage());
      }
    }
    throw new ImageUnavailableException(
        failures.isEmpty()
            ? "no host that answers has image %s: wait until one is back, or pull it again"
                .formatted(image.shortened())
            : "image %s cannot be brought to a host: %s"
                .formatted(image.shortened(), String.join("; ", failures)));
  }

  private static void take(ImageId image, HostLink source, HostLink destination)
      throws IOException {
    String offer =
        post(
                source,
                AgentApi.OFFERS,
                JSON.createObjectNode()
                    .put("image", image.value())
                    .put("to", destination.id().value()),
                SHORT)
            .path("offer")
            .asText();
    post(
        destination,
        AgentApi.TAKE,
        JSON.createObjectNode()
            .put("image", image.value())
            .put("from", source.id().value())
            .put("address", source.descriptor().address())
            .put("port", source.descriptor().port())
            .put("offer", offer),
        TRANSFER);
  }

  private static JsonNode post(HostLink host, String path, JsonNode body, Duration bound)
      throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    Headers headers =
        Headers.of(
            "Content-Type", "application/json", "Content-Length", Integer.toString(bytes.length));
    try (HttpCall call = host.mutatingAgentCall("POST", path, headers);
        HostLink.UntilLost _ = host.untilLost(call)) {
      call.readTimeout(bound);
      try (OutputStream out = call.requestBody(headers)) {
        out.write(bytes);
      }
      return answer(host, call);
    }
  }

  private static JsonNode answer(HostLink host, HttpCall call) throws IOException {
    ResponseHead head = host.receive(call);
    byte[] answer = call.responseBody().readNBytes(MAX_ERROR_BYTES);
    JsonNode json = answer.length == 0 ? JSON.nullNode() : JSON.readTree(answer);
    if (head.status() / 100 != 2) {
      throw new IOException(json.path("message").asText("the agent answers " + head.status()));
    }
    return json;
  }

  /** Returns when the view shows that host's images as its engine has them now. */
  public void refresh(HostId hostId) {
    try {
      long seq =
          hosts.link(hostId).refresh(AgentApi.REFRESH_LISTS + "?images", SHORT.multipliedBy(3));
      view.awaitSeq(hostId, seq, VISIBLE);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("host", hostId).setCause(e).log("no refresh");
    }
  }

  /**
   * Begins a push through that host's agent. The caller reads the engine's answer and closes it.
   *
   * @param registryAuth as the client sent it; empty for none
   */
  public HttpCall push(
      HostId host, ImageId image, String repository, String tag, String registryAuth)
      throws IOException {
    Headers headers = Headers.of("Content-Length", "0");
    if (!registryAuth.isEmpty()) {
      headers = headers.with("X-Registry-Auth", registryAuth);
    }
    return hosts
        .link(host)
        .mutatingAgentCall(
            "POST",
            "%s?image=%s&repository=%s&tag=%s"
                .formatted(AgentApi.PUSH, encode(image.value()), encode(repository), encode(tag)),
            headers);
  }

  private static String encode(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }
}
