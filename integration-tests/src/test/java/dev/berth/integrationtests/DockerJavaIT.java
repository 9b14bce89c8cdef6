package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.InvocationBuilder.AsyncResultCallback;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The library that most programs in Java talk to Docker with, over TLS with a certificate. */
final class DockerJavaIT {
  private static final String NAME = "docker-java";

  private Docker docker;
  private DockerClient client;

  @BeforeEach
  void connect() {
    docker = Fleet.shared().tenant("docker-java-it");
    Map<String, String> env = Fleet.shared().tenantOverTls("docker-java-it").env();
    DefaultDockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(env.get("DOCKER_HOST"))
            .withDockerTlsVerify(true)
            .withDockerCertPath(env.get("DOCKER_CERT_PATH"))
            .withDockerConfig("/nonexistent")
            .withApiVersion("1.41")
            .build();
    client =
        DockerClientImpl.getInstance(
            config,
            new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .build());
  }

  @AfterEach
  void cleanUp() throws Exception {
    client.close();
    String ids = docker.ok("ps", "-aq");
    if (!ids.isEmpty()) {
      docker.remove(ids.split("\n"));
    }
    docker.run("network", "prune", "-f").ok();
    docker.run("volume", "prune", "-f").ok();
  }

  private String running(String... command) {
    CreateContainerResponse created =
        client
            .createContainerCmd("busybox")
            .withName(NAME)
            .withLabels(Map.of("made", "here"))
            .withHostConfig(HostConfig.newHostConfig().withMemory(64L << 20))
            .withCmd(command)
            .exec();
    client.startContainerCmd(created.getId()).exec();
    return created.getId();
  }

  /** Collects what a stream says. */
  private static final class Text extends ResultCallback.Adapter<Frame> {
    // Written by the callback's thread, and read after its end was awaited.
    private final StringBuilder text = new StringBuilder();

    @Override
    public void onNext(Frame frame) {
      text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_container_lives_through_everything_that_the_library_calls() throws Exception {
    client.pingCmd().exec();
    assertThat(client.versionCmd().exec().getApiVersion()).isEqualTo("1.41");
    String id = running("sh", "-c", "echo started; sleep 600");
    assertThat(client.inspectContainerCmd(NAME).exec().getId()).isEqualTo(id);
    assertThat(client.listContainersCmd().withLabelFilter(Map.of("made", "here")).exec())
        .extracting(Container::getId)
        .containsExactly(id);
    client.updateContainerCmd(id).withMemory(32L << 20).withMemorySwap(32L << 20).exec();
    assertThat(client.inspectContainerCmd(id).exec().getHostConfig().getMemory())
        .isEqualTo(32L << 20);
    client.pauseContainerCmd(id).exec();
    client.unpauseContainerCmd(id).exec();
    client.renameContainerCmd(id).withName("renamed").exec();
    assertThat(client.topContainerCmd("renamed").exec().getProcesses()).isNotEmpty();
    client.restartContainerCmd(id).withTimeout(0).exec();
    client.killContainerCmd(id).exec();
    assertThat(
            client
                .waitContainerCmd(id)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(30, TimeUnit.SECONDS))
        .isEqualTo(137);
    Text log = new Text();
    client.logContainerCmd(id).withStdOut(true).exec(log).awaitCompletion(30, TimeUnit.SECONDS);
    assertThat(log.text.toString()).startsWith("started\n");
    client.removeContainerCmd(id).exec();
    assertThatThrownBy(() -> client.inspectContainerCmd(id).exec())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void a_command_runs_inside_and_files_go_in_and_out() throws Exception {
    String id = running("sleep", "600");
    String exec =
        client
            .execCreateCmd(id)
            .withAttachStdout(true)
            .withAttachStderr(true)
            .withEnv(List.of("A=b"))
            .withCmd("sh", "-c", "echo $A; exit 4")
            .exec()
            .getId();
    Text said = new Text();
    client.execStartCmd(exec).exec(said).awaitCompletion(30, TimeUnit.SECONDS);
    assertThat(said.text.toString()).isEqualTo("b\n");
    assertThat(client.inspectExecCmd(exec).exec().getExitCodeLong()).isEqualTo(4);

    InputStream file = client.copyArchiveFromContainerCmd(id, "/etc/hostname").exec();
    byte[] tar = file.readAllBytes();
    client
        .copyArchiveToContainerCmd(id)
        .withRemotePath("/tmp")
        .withTarInputStream(new ByteArrayInputStream(tar))
        .exec();
    assertThat(docker.ok("exec", NAME, "cat", "/tmp/hostname")).isNotEmpty();

    AsyncResultCallback<Statistics> stats = new AsyncResultCallback<>();
    client.statsCmd(id).withNoStream(true).exec(stats);
    assertThat(stats.awaitResult().getMemoryStats().getUsage()).isPositive();
  }

  @Test
  void networks_volumes_and_images_and_what_happens_to_them() throws Exception {
    List<String> events = Collections.synchronizedList(new ArrayList<>());
    try (ResultCallback.Adapter<Event> heard =
        client
            .eventsCmd()
            .exec(
                new ResultCallback.Adapter<Event>() {
                  @Override
                  public void onNext(Event event) {
                    events.add(event.getType() + " " + event.getAction());
                  }
                })) {
      heard.awaitStarted(30, TimeUnit.SECONDS);
      client.createVolumeCmd().withName("data").exec();
      String network = client.createNetworkCmd().withName("net").exec().getId();
      String id = running("sleep", "600");
      assertThat(client.listNetworksCmd().withNameFilter("net").exec()).hasSize(1);
      client.removeContainerCmd(id).withForce(true).exec();
      String image = client.commitCmd(maker()).withRepository("made").withTag("1").exec();
      assertThat(client.inspectImageCmd("made:1").exec().getId()).contains(image.substring(7, 20));
      client.tagImageCmd("made:1", "made", "2").exec();
      assertThat(client.listImagesCmd().withReferenceFilter("made").exec()).hasSize(1);
      client.removeImageCmd("made:1").exec();
      client.removeImageCmd("made:2").exec();
      client.removeNetworkCmd(network).exec();
      client.removeVolumeCmd("data").exec();
      assertThatThrownBy(() -> client.inspectVolumeCmd("data").exec())
          .isInstanceOf(NotFoundException.class);
      Eventually.get(
          () -> List.copyOf(events),
          all -> all.stream().anyMatch(event -> event.equals("VOLUME destroy")));
      assertThat(events).contains("NETWORK create", "CONTAINER start", "CONTAINER destroy");
    }
  }

  private String maker() {
    return client.createContainerCmd("busybox").withName("maker").withCmd("true").exec().getId();
  }

  @Test
  void conflicts_and_missing_things_are_the_exceptions_that_programs_expect() {
    running("sleep", "600");
    assertThatThrownBy(() -> running("true")).isInstanceOf(ConflictException.class);
    assertThatThrownBy(() -> client.startContainerCmd("missing").exec())
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> client.createContainerCmd("missing:1").exec())
        .isInstanceOf(NotFoundException.class);
  }
}
