package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker build} with the classic builder, over three hosts. */
final class BuildIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String STAGES =
      """
      # Two stages, of which one comes by an argument.
      ARG BASE=busy
      FROM ${BASE}box AS Builder
      COPY a /a
      RUN cat /a > /b && \\
        # in between
        echo built >> /b
      FROM busybox:latest
      COPY --from=builder /b /c
      COPY . /context
      LABEL made=here
      CMD ["cat", "/c"]
      """;

  @TempDir private Path directory;
  private Docker acme;
  private Docker umbrella;

  @BeforeEach
  void tenants() {
    acme = Fleet.shared().tenant("acme");
    umbrella = Fleet.shared().tenant("umbrella");
  }

  @AfterEach
  void cleanUp() {
    for (Docker docker : List.of(acme, umbrella)) {
      String containers = docker.ok("ps", "-aq");
      if (!containers.isEmpty()) {
        docker.remove(containers.split("\n"));
      }
      docker.run("image", "prune", "-af");
    }
  }

  private Path file(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Outcome build(Docker docker, String dockerfile, String... arguments) {
    file("Dockerfile", dockerfile);
    List<String> words = new ArrayList<>(List.of("build"));
    words.addAll(List.of(arguments));
    words.add(directory.toString());
    return docker.run(words.toArray(String[]::new));
  }

  private static Api raw() {
    return Api.at(Fleet.shared().hosts().getFirst().engineSocket());
  }

  /** What the Engine API answers to a context. */
  private record Answer(int status, String text) {
    String message() {
      try {
        return JSON.readTree(text).path("message").asText();
      } catch (IOException e) {
        throw new UncheckedIOException(text, e);
      }
    }

    List<JsonNode> lines() {
      try (MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class).readValues(text)) {
        return lines.readAll();
      } catch (IOException e) {
        throw new UncheckedIOException(text, e);
      }
    }
  }

  private static Answer send(Api api, String query, byte[] body) {
    try (HttpCall call = new HttpCall(api.open())) {
      Headers headers =
          api.headers()
              .with("Content-Type", "application/x-tar")
              .with("Content-Length", Integer.toString(body.length));
      call.send(new RequestHead("POST", "/build" + query, headers));
      try (OutputStream out = call.requestBody(headers)) {
        out.write(body);
        out.flush();
      }
      ResponseHead head = call.receive();
      String text = new String(call.responseBody().readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(head.status(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] context(String dockerfile) {
    file("Dockerfile", dockerfile);
    return Command.of("tar", "-C", directory.toString(), "-c", ".").run().ok().bytes();
  }

  private static String hostOf(String container) {
    for (int host = 0; host < 3; host++) {
      if (Fleet.shared().engine(host).run("inspect", container).exit() == 0) {
        return "host " + host;
      }
    }
    throw new AssertionError("no host has " + container);
  }

  /** What the engines show of containers that are no tenant's. */
  private static List<String> strays() {
    List<String> found = new ArrayList<>();
    for (int host = 0; host < 3; host++) {
      String format = "{{.ID}} {{.Label \"berth.record\"}}";
      Fleet.shared().engine(host).run("ps", "-a", "--format", format).ok().lines().stream()
          .filter(line -> line.strip().indexOf(' ') < 0)
          .forEach(found::add);
    }
    return found;
  }

  private static List<Path> contexts() {
    return Fleet.shared().tree().stream()
        .filter(path -> path.getFileName().toString().startsWith("context-"))
        .toList();
  }

  @Test
  void an_image_of_two_stages_runs_on_every_host() {
    file("a", "hello\n");
    Outcome built = build(acme, STAGES, "-t", "app:1", "-t", "also", "--label", "by=hand").ok();
    assertThat(built.lines())
        .contains(
            "Step 2/10 : FROM ${BASE}box AS Builder",
            "Step 4/10 : RUN cat /a > /b &&   echo built >> /b",
            "Step 6/10 : COPY --from=builder /b /c",
            "Successfully tagged app:1",
            "Successfully tagged also:latest");
    assertThat(built.out()).contains("Successfully built ").doesNotContain("stage-");
    Set<String> hosts = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      String id = acme.ok("run", "-d", "app:1", "sh", "-c", "cat /c; sleep 600");
      hosts.add(hostOf(id));
      Eventually.get(() -> acme.ok("logs", id), "hello\nbuilt"::equals);
      String again = "container:" + id;
      assertThat(build(acme, STAGES, "--network", again, "--label", "by=hand").ok().out())
          .describedAs("built again beside %s", id)
          .contains("Step 10/10 : LABEL by=hand\n ---> Using cache");
    }
    assertThat(hosts).hasSize(3);
    assertThat(acme.ok("run", "--rm", "also", "cat", "/context/Dockerfile"))
        .isEqualTo(STAGES.strip());
    assertThat(acme.ok("run", "--rm", "also", "ls", "-A", "/context")).isEqualTo("Dockerfile\na");
    assertThat(acme.ok("inspect", "-f", "{{json .Config.Labels}}", "app:1"))
        .isEqualTo("{\"by\":\"hand\",\"made\":\"here\"}");
    assertThat(strays()).isEmpty();
    assertThat(contexts()).isEmpty();
    assertThat(umbrella.run("inspect", "app:1").exit()).isEqualTo(1);
  }

  @Test
  void a_name_is_the_tenants_image_and_not_the_engines() {
    build(acme, "FROM busybox\nRUN echo mine > /whose", "-t", "busybox").ok();
    assertThat(build(acme, "FROM busybox\nRUN cat /whose").ok().out()).contains("\nmine\n");
    assertThat(build(umbrella, "FROM busybox\nRUN cat /whose").exits(1).err())
        .contains("returned a non-zero code: 1");
    build(acme, "FROM busybox\nRUN echo base > /base", "-t", "private:1").ok();
    String id = acme.ok("inspect", "-f", "{{.Id}}", "private:1");
    acme.ok("run", "--rm", "private:1");
    for (String reference : List.of("private:1", id, id.substring(7, 19))) {
      for (String text :
          List.of(
              "FROM " + reference + "\nRUN cat /base",
              "ARG X=" + reference + "\nFROM $X\nRUN cat /base",
              "FROM busybox\nCOPY --from=" + reference + " /base /base\nRUN cat /base",
              "FROM \\\n  # x\n  " + reference + "\nRUN cat /base")) {
        assertThat(build(umbrella, text).out()).describedAs(text).doesNotContain("\nbase\n");
      }
      assertThat(build(acme, "FROM " + reference + "\nRUN cat /base", "--no-cache").ok().out())
          .contains("\nbase\n");
    }
    acme.ok("rmi", "busybox:latest");
  }

  @Test
  void another_tenants_cache_is_not_used_and_ones_own_is() {
    file("secret", "the same in both");
    String text = "FROM busybox\nCOPY secret /s\nRUN cat /proc/sys/kernel/random/uuid > /time\n";
    assertThat(build(acme, text, "-t", "timed").ok().out()).doesNotContain("Using cache");
    assertThat(build(acme, text, "-t", "timed").ok().out()).contains("Using cache");
    for (int i = 0; i < 3; i++) {
      build(umbrella, text, "-t", "timed" + i, "--no-cache").ok();
    }
    assertThat(build(umbrella, text, "--cache-from", "timed").ok().out())
        .describedAs("another tenant's image as a source")
        .doesNotContain("Using cache");
    umbrella.ok("image", "prune", "-af");
    for (int i = 0; i < 3; i++) {
      assertThat(build(umbrella, text, "-t", "timed" + i).ok().out())
          .describedAs("no image of the tenant's own is there")
          .doesNotContain("Using cache");
      umbrella.ok("tag", "timed" + i, "kept" + i);
      umbrella.ok("rmi", "timed" + i, "kept" + i);
    }
    build(umbrella, text, "-t", "timed0").ok();
    String time = acme.ok("run", "--rm", "timed", "cat", "/time");
    assertThat(umbrella.ok("run", "--rm", "timed0", "cat", "/time")).isNotEqualTo(time);
    assertThat(build(acme, text, "--no-cache").ok().out()).doesNotContain("Using cache");
    assertThat(build(acme, text, "--cache-from", "timed").ok().out()).contains("Using cache");
  }

  @Test
  void the_steps_of_a_failed_build_are_not_done_again() {
    String text = "FROM busybox\nRUN echo first-step\nRUN false\n";
    Outcome failed = build(acme, text).exits(1);
    assertThat(failed.err()).contains("The command '/bin/sh -c false' returned a non-zero code: 1");
    assertThat(acme.ok("images", "-q", "--filter", "dangling=true").lines()).hasSize(1);
    Set<Boolean> cached = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      cached.add(build(acme, text).exits(1).out().contains("Using cache"));
    }
    assertThat(cached).contains(true);
    assertThat(strays()).isEmpty();
    acme.ok("image", "prune", "-f");
    assertThat(acme.ok("images", "-q", "--filter", "dangling=true")).isEmpty();
  }

  @Test
  void a_failing_step_is_told_as_an_engine_tells_it() {
    byte[] context = context("FROM busybox\nRUN echo out; exit 3\n");
    Answer answer = send(Api.as(acme), "", context);
    Answer expected = send(raw(), "", context);
    // An engine leaves the container of a step that failed.
    Fleet.shared().engine(0).ok("container", "prune", "-f");
    Fleet.shared().engine(0).ok("image", "prune", "-f");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(withoutIds(answer)).isEqualTo(withoutIds(expected));
    assertThat(answer.lines().getLast().path("errorDetail").path("code").asInt()).isEqualTo(3);
  }

  /** Status and lines, with the ids that differ left out. */
  private static String withoutIds(Answer answer) {
    return (answer.status() + " " + answer.lines())
        .replaceAll("\\b[0-9a-f]{64}\\b|\\b[0-9a-f]{12}\\b", "ID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing",
        "FROM",
        "FROM a b",
        "FROM busybox AS 1x",
        "FROM UPPER",
        "FROM $NONE",
        "FROM ${X",
        "FROM busybox\nFOO x",
        "RUN true",
        "FROM busybox\nCOPY --from=UPPER /a /b",
        "FROM busybox\nCOPY --from=7 /a /b",
        "FROM busybox\nCOPY --from=$X /a /b",
        "FROM busybox\nCOPY --from=scratch /a /b",
        "FROM busybox\nCOPY none /b",
        "FROM busybox AS x\nFROM busybox AS X",
        "FROM --foo=x busybox",
        "FROM busybox\nCOPY [\"a\", 1]",
        "FROM busybox\nLABEL",
        "# escape=x\nFROM busybox",
        "FROM busybox\nRUN --mount=type=cache,target=/x true",
        "FROM scratch",
      })
  void a_dockerfile_that_is_wrong_is_refused_as_by_an_engine(String text) {
    byte[] context = context(text);
    Answer expected = send(raw(), "", context);
    Answer answer = send(Api.as(acme), "", context);
    assertThat(withoutIds(answer)).isEqualTo(withoutIds(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dockerfile=none",
        "t=UPPER",
        "t=a%20b",
        "t=a&t=b%40sha256:00",
        "buildargs=%7Bx",
        "buildargs=%7B%7Dx",
        "buildargs=%7B%22a%22:1%7D",
        "labels=%5B%5D",
        "ulimits=x",
        "cachefrom=x",
        "squash=1",
        "remote=client-session",
        "target=none",
      })
  void a_parameter_that_is_wrong_is_refused_as_by_an_engine(String query) {
    byte[] context = context("FROM busybox\n");
    Answer expected = send(raw(), "?" + query, context);
    Answer answer = send(Api.as(acme), "?" + query, context);
    assertThat(answer.status() + " " + answer.message())
        .isEqualTo(expected.status() + " " + expected.message());
  }

  @Test
  void what_is_no_context_is_refused_as_by_an_engine() {
    for (byte[] body :
        List.of(
            new byte[0],
            "hello world".getBytes(StandardCharsets.UTF_8),
            "hello world".repeat(500).getBytes(StandardCharsets.UTF_8))) {
      Answer expected = send(raw(), "", body);
      Answer answer = send(Api.as(acme), "", body);
      assertThat(answer.status() + " " + answer.message())
          .isEqualTo(expected.status() + " " + expected.message());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "403 networkmode=host",
        "403 cgroupparent=/x",
        "403 extrahosts=a:host-gateway",
        "403 labels=%7B%22berth.tenant%22:%22x%22%7D",
        "400 networkmode=nosuch",
        "400 networkmode=container:nosuch",
        "400 remote=https://example.com/x.git",
        "501 version=2",
        "501 outputs=%5B%7B%22Type%22:%22local%22%7D%5D",
      })
  void what_a_build_may_not_have_is_refused(String call) {
    String[] parts = call.split(" ");
    Answer answer = send(Api.as(acme), "?" + parts[1], context("FROM busybox\n"));
    assertThat(answer.status()).describedAs(answer.text()).isEqualTo(Integer.parseInt(parts[0]));
    assertThat(answer.message()).isNotEmpty();
  }

  @Test
  void hosts_fetch_no_urls_for_a_build() {
    assertThat(build(acme, "FROM busybox\nADD http://127.0.0.1:1/x /x").exits(1).err())
        .contains("hosts fetch no URLs for tenants");
    assertThat(build(acme, "FROM busybox\nENV X=http://127.0.0.1:1/x\nADD $X /x").exits(1).err())
        .contains("file not found in build context");
    build(acme, "FROM busybox\nENV X=a\nONBUILD ADD $X /x", "-t", "trigger").ok();
    file("a", "triggered");
    assertThat(build(acme, "FROM trigger\nRUN cat /x").ok().out()).contains("\ntriggered");
  }

  @Test
  void the_dockerfile_comes_in_every_way_that_the_command_has() throws IOException {
    file("a", "text");
    file("other", "FROM busybox\nCOPY a /a\nRUN cat /a\n");
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, Path.of("other"));
    for (String name : List.of("other", "link")) {
      assertThat(
              acme.ok(
                  "build",
                  "--no-cache",
                  "-f",
                  directory.resolve(name).toString(),
                  directory.toString()))
          .contains("\ntext");
    }
    String context = directory.toString();
    assertThat(
            acme.command("build", "--no-cache", "-f", "-", context)
                .input("FROM busybox\nCOPY a /a\nRUN cat /a\n")
                .run()
                .ok()
                .out())
        .contains("\ntext");
    assertThat(acme.command("build", "-").input("FROM busybox\nRUN echo alone").run().ok().out())
        .contains("\nalone");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(context("FROM busybox\nCOPY a /a\nRUN cat /a # packed\n"));
    }
    Answer answer = send(Api.as(acme), "", packed.toByteArray());
    assertThat(answer.text()).contains("\"text\"").contains("Successfully built");
  }

  @Test
  void what_is_to_be_ignored_does_not_get_into_the_image() {
    file("a", "x");
    file("b.md", "x");
    file(".dockerignore", "*.md\nDockerfile\n.dockerignore\n");
    String text = "FROM busybox\nCOPY . /c\nRUN ls -A /c | tr '\\n' ' '\n";
    assertThat(build(acme, text).ok().out()).contains("\na Removing");
    file(".dockerignore", "*.md\n");
    assertThat(build(acme, text).ok().out()).contains("\n.dockerignore Dockerfile a Removing");
  }

  @Test
  void arguments_labels_targets_and_limits_reach_the_build() {
    String text =
        """
        FROM busybox AS one
        ARG WHO=nobody
        RUN echo "I am $WHO" && ulimit -n && cat /etc/hosts
        FROM one AS two
        RUN false
        """;
    Outcome built =
        build(
                acme,
                text,
                "--target",
                "ONE",
                "--build-arg",
                "WHO=acme",
                "--build-arg",
                "constraint:nosuch!=x",
                "--ulimit",
                "nofile=77:77",
                "--add-host",
                "db:10.1.2.3",
                "-m",
                "64m",
                "--shm-size",
                "8m",
                "--no-cache")
            .ok();
    assertThat(built.out()).contains("\nI am acme\n77\n").containsPattern("10.1.2.3\\s+db");
    assertThat(built.out()).describedAs("a hint is no argument").doesNotContain("constraint");
    String id = build(acme, "FROM busybox\nRUN echo quiet", "-q", "-t", "quiet").ok().text();
    assertThat(id).isEqualTo(acme.ok("inspect", "-f", "{{.Id}}", "quiet"));
    assertThat(build(acme, "FROM busybox\nRUN echo seen; false", "-q").exits(1).err())
        .contains("seen");
  }

  @Test
  void a_build_is_on_its_tenants_network_or_on_none() {
    acme.ok("network", "create", "backend");
    try {
      acme.ok("run", "-d", "--name", "db", "--network", "backend", "busybox", "sleep", "600");
      String ping = "FROM busybox\nRUN ping -c 1 -W 2 db\n";
      build(acme, ping, "--network", "backend", "--no-cache").ok();
      build(acme, ping, "--network", "container:db", "--no-cache").ok();
      build(acme, ping, "--no-cache").exits(1);
      assertThat(send(Api.as(umbrella), "?networkmode=backend", context(ping)).status())
          .isEqualTo(400);
      assertThat(send(Api.as(umbrella), "?networkmode=container:db", context(ping)).status())
          .isEqualTo(400);
      String links = "FROM busybox\nRUN ls /sys/class/net | sort | tr '\\n' ' '\n";
      assertThat(build(acme, links, "--network", "none", "--no-cache").ok().out())
          .contains("\nlo ")
          .doesNotContain("eth0");
      assertThat(build(acme, links, "--no-cache").ok().out()).contains("eth0 lo ");
    } finally {
      acme.remove("db");
      acme.ok("network", "rm", "backend");
    }
  }

  @Test
  void a_base_that_a_tenant_does_not_have_is_pulled_with_its_own_password() {
    try (Registry registry =
        Registry.guarded(Fleet.shared().gateway(), 5062, "alice", "open-sesame")) {
      String name = registry.address() + "/team/base";
      build(acme, "FROM busybox\nRUN echo base > /base", "-t", name + ":1").ok();
      String auth =
          "{\"username\":\"alice\",\"password\":\"open-sesame\",\"serveraddress\":\"%s\"}"
              .formatted(registry.address());
      Api pusher = Api.as(acme).with("X-Registry-Auth", base64(auth));
      assertThat(pusher.send("POST", "/images/" + name + "/push?tag=1", "").text())
          .contains("\"aux\"");
      byte[] context = context("FROM %s:1\nRUN cat /base\n".formatted(name));
      Answer refused = send(Api.as(umbrella), "", context);
      assertThat(refused.status()).isEqualTo(200);
      assertThat(withoutIds(refused)).isEqualTo(withoutIds(send(raw(), "", context)));
      Api knows =
          Api.as(umbrella)
              .with("X-Registry-Config", base64("{\"%s\":%s}".formatted(registry.address(), auth)));
      assertThat(send(knows, "", context).text())
          .contains("Status: Downloaded newer image for " + name + ":1")
          .contains("\"base\\n\"");
      assertThat(umbrella.ok("images", "--format", "{{.Repository}}")).contains(name);
      byte[] missing = context("FROM %s:2\n".formatted(name));
      Answer none = send(knows, "", missing);
      assertThat(none.text()).contains("Step 1/1 : FROM " + name + ":2").contains("not found");
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_build_whose_client_goes_away_ends_and_leaves_nothing() throws Exception {
    file("Dockerfile", "FROM busybox\nRUN echo begun && sleep 3600\n");
    Process client = acme.command("build", directory.toString()).start();
    try {
      Eventually.get(BuildIT::strays, found -> !found.isEmpty());
      assertThat(acme.ok("ps", "-aq")).isEmpty();
      assertThat(contexts()).isEmpty();
    } finally {
      client.destroyForcibly();
      assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    Eventually.get(BuildIT::strays, List::isEmpty);
    assertThat(contexts()).isEmpty();
  }

  @Test
  void several_builds_of_several_tenants_go_on_at_once() throws Exception {
    file("a", "x");
    List<Future<Outcome>> builds = new ArrayList<>();
    byte[] context = context("ARG N\nFROM busybox\nARG N\nRUN echo number $N > /n\n");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        Docker docker = i % 2 == 0 ? acme : umbrella;
        String number = Integer.toString(i);
        builds.add(
            threads.submit(
                () ->
                    docker
                        .command("build", "-t", "many:" + number, "--build-arg", "N=" + number, "-")
                        .input(new java.io.ByteArrayInputStream(context))
                        .run()));
      }
      for (Future<Outcome> build : builds) {
        build.get().ok();
      }
    }
    for (int i = 0; i < 6; i++) {
      Docker docker = i % 2 == 0 ? acme : umbrella;
      assertThat(docker.ok("run", "--rm", "many:" + i, "cat", "/n")).isEqualTo("number " + i);
    }
  }

  @Test
  void what_a_build_made_on_the_way_goes_with_its_image() {
    build(acme, "FROM busybox\nRUN echo a > /a\nRUN echo b > /b\n", "-t", "gone:1").ok();
    String id = acme.ok("inspect", "-f", "{{.Id}}", "gone:1");
    List<String> layers = new ArrayList<>();
    for (int host = 0; host < 3; host++) {
      Docker engine = Fleet.shared().engine(host);
      String parent = id;
      while (engine.run("image", "inspect", parent).exit() == 0) {
        layers.add(host + " " + parent);
        parent = engine.ok("image", "inspect", "-f", "{{.Parent}}", parent);
        if (parent.isEmpty()) {
          break;
        }
      }
    }
    assertThat(layers).hasSizeGreaterThan(2);
    acme.ok("rmi", "gone:1");
    layers.removeLast();
    Eventually.get(
        () ->
            layers.stream()
                .map(layer -> layer.split(" "))
                .filter(
                    at ->
                        Fleet.shared()
                                .engine(Integer.parseInt(at[0]))
                                .run("image", "inspect", at[1])
                                .exit()
                            == 0)
                .toList(),
        List::isEmpty);
    assertThat(acme.ok("run", "--rm", "busybox", "echo", "shared")).isEqualTo("shared");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?all=1",
        "?filters=%7B%22until%22:%5B%2224h%22%5D%7D",
        "?filters=%7B%22foo%22:%5B%22x%22%5D%7D",
        "?keep-storage=x",
      })
  void a_prune_of_the_cache_answers_as_an_engine(String query) {
    Api.Answer expected = raw().send("POST", "/build/prune" + query, "");
    Api.Answer answer = Api.as(acme).send("POST", "/build/prune" + query, "");
    assertThat(answer.status() + answer.text()).isEqualTo(expected.status() + expected.text());
    assertThat(acme.ok("builder", "prune", "-f")).isEqualTo("Total reclaimed space: 0B");
  }

  @Test
  void a_built_image_is_heard_of_by_its_tenant_alone() {
    // Of their own: other tests' tenants have events of the same second.
    Docker builder = Fleet.shared().tenant("heard-builder");
    Docker stranger = Fleet.shared().tenant("heard-stranger");
    long since = System.currentTimeMillis() / 1000;
    build(builder, "FROM busybox\nRUN echo heard", "-t", "heard:1").ok();
    String[] words = {
      "events",
      "--since",
      Long.toString(since),
      "--until",
      Long.toString(System.currentTimeMillis() / 1000 + 1),
      "--filter",
      "type=image",
      "--format",
      "{{.Type}} {{.Action}} {{index .Actor.Attributes \"name\"}}"
    };
    assertThat(builder.ok(words)).isEqualTo("image tag heard:1");
    assertThat(stranger.ok(words)).isEmpty();
    builder.ok("rmi", "heard:1");
  }

  @Test
  void an_image_outlives_the_host_that_built_it_once_another_has_it() {
    try (Fleet fleet = Fleet.start(2)) {
      Docker docker = fleet.tenant("acme");
      build(docker, "FROM busybox\nRUN echo still here > /text", "-t", "lasting").ok();
      String id = docker.ok("inspect", "-f", "{{.Id}}", "lasting");
      int builder = fleet.engine(0).run("image", "inspect", id).exit() == 0 ? 0 : 1;
      for (int i = 0; i < 2; i++) {
        docker.ok("run", "-d", "lasting", "sleep", "600");
      }
      assertThat(fleet.engine(1 - builder).run("image", "inspect", id).exit()).isZero();
      fleet.hosts().get(builder).powerCut();
      Eventually.get(
          () -> docker.run("run", "--rm", "lasting", "cat", "/text").text(), "still here"::equals);
      assertThat(build(docker, "FROM lasting\nRUN cat /text", "--no-cache").ok().out())
          .contains("still here");
    }
  }

  @Test
  void a_build_ends_with_a_sentence_when_its_host_dies() throws Exception {
    try (Fleet fleet = Fleet.start(1)) {
      file("Dockerfile", "FROM busybox\nRUN echo begun && sleep 3600\n");
      Process client = fleet.tenant("acme").command("build", directory.toString()).start();
      try {
        Eventually.get(() -> fleet.engine(0).ok("ps", "-q"), found -> !found.isEmpty());
        fleet.hosts().getFirst().powerCut();
        assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue()).isEqualTo(1);
        assertThat(new String(client.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
            .contains("the build on host ", " broke off: ");
      } finally {
        client.destroyForcibly();
      }
    }
  }
}
