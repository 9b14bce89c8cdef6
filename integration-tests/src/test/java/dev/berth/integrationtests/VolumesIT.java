package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes of tenants: what an engine would do, over three of them. */
final class VolumesIT {
  private static final String[] TENANTS = {"volumes-it", "volumes-it-2"};

  private Docker docker;
  private Docker other;

  @BeforeEach
  void tenants() {
    docker = Fleet.shared().tenant(TENANTS[0]);
    other = Fleet.shared().tenant(TENANTS[1]);
  }

  @AfterEach
  void cleanUp() {
    for (Docker tenant : List.of(docker, other)) {
      String ids = tenant.ok("ps", "-aq");
      if (!ids.isEmpty()) {
        tenant.remove(ids.split("\n"));
      }
      List<String> words = new ArrayList<>(List.of("volume", "rm", "-f"));
      words.addAll(tenant.run("volume", "ls", "-q").ok().lines());
      if (words.size() > 3) {
        tenant.ok(words.toArray(String[]::new));
      }
    }
  }

  private static List<String> names(Docker tenant, String... options) {
    List<String> words = new ArrayList<>(List.of("volume", "ls", "-q"));
    words.addAll(List.of(options));
    return tenant.run(words.toArray(String[]::new)).ok().lines();
  }

  /** The host that has that engine volume. */
  private static int hostOf(String engineName) {
    for (int host = 0; host < 3; host++) {
      if (Fleet.shared().engine(host).run("volume", "inspect", engineName).exit() == 0) {
        return host;
      }
    }
    throw new AssertionError("no host has the volume " + engineName);
  }

  private static int hostOfContainer(String id) {
    for (int host = 0; host < 3; host++) {
      if (Fleet.shared().engine(host).run("container", "inspect", id).exit() == 0) {
        return host;
      }
    }
    throw new AssertionError("no host has the container " + id);
  }

  @Test
  void data_outlives_its_container_and_the_next_one_goes_to_it() {
    docker.ok("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "echo kept >/data/file");
    for (int i = 0; i < 4; i++) {
      assertThat(docker.ok("run", "--rm", "-v", "data:/data", "busybox", "cat", "/data/file"))
          .isEqualTo("kept");
    }
    assertThat(names(docker)).containsExactly("data");
  }

  @Test
  void a_created_volume_is_inspected_as_an_engine_shows_it() {
    assertThat(docker.ok("volume", "create", "--label", "a=b", "data")).isEqualTo("data");
    JsonNode shown = Api.as(docker).get("/volumes/data").json();
    JsonNode raw =
        Api.at(Fleet.shared().hosts().get(hostOf(TENANTS[0] + ".data")).engineSocket())
            .get("/volumes/" + TENANTS[0] + ".data")
            .json();
    assertThat(shown.properties().stream().map(e -> e.getKey()).toList())
        .containsExactlyElementsOf(raw.properties().stream().map(e -> e.getKey()).toList());
    assertThat(shown.path("Name").asText()).isEqualTo("data");
    assertThat(shown.path("Driver").asText()).isEqualTo("local");
    assertThat(shown.path("Labels").toString()).isEqualTo("{\"a\":\"b\"}");
    assertThat(shown.path("Mountpoint").asText()).endsWith("/volumes/data/_data");
    assertThat(shown.toString()).doesNotContain("berth.").doesNotContain(TENANTS[0]);
    // As an engine: creating it again gives the one that is there.
    assertThat(docker.ok("volume", "create", "--label", "x=y", "data")).isEqualTo("data");
    assertThat(Api.as(docker).get("/volumes/data").json()).isEqualTo(shown);
  }

  @Test
  void volumes_spread_over_hosts_and_a_container_with_two_apart_is_refused_clearly() {
    Set<Integer> hosts = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      String name = "data" + i;
      docker.ok("volume", "create", name);
      hosts.add(hostOf(TENANTS[0] + "." + name));
      // Once it is used, the next one is not for the same container.
      String id = docker.ok("create", "-v", name + ":/d", "busybox");
      assertThat(hostOfContainer(id)).isEqualTo(hostOf(TENANTS[0] + "." + name));
    }
    assertThat(hosts).hasSizeGreaterThan(1);
    Outcome apart =
        docker.run(
            "create",
            "-v",
            "data0:/a",
            "-v",
            "data1:/b",
            "-v",
            "data2:/c",
            "-v",
            "new:/d",
            "busybox");
    assertThat(apart.exits(1).err())
        .containsPattern("the volume \"data.\" and the volume \"data.\" are on different hosts");
    assertThat(names(docker)).doesNotContain("new");
  }

  @Test
  void two_tenants_use_one_name_and_see_only_their_own() {
    docker.ok("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "echo mine >/data/file");
    docker.ok("volume", "create", "secret");
    other.ok("run", "--rm", "-v", "data:/data", "busybox", "sh", "-c", "test ! -e /data/file");
    assertThat(names(docker)).containsExactly("data", "secret");
    assertThat(names(other)).containsExactly("data");
    other.ok("volume", "rm", "data");
    assertThat(docker.ok("run", "--rm", "-v", "data:/data", "busybox", "cat", "/data/file"))
        .isEqualTo("mine");
    Api theirs = Api.as(other);
    for (String method : List.of("GET", "DELETE")) {
      Api.Answer answer = theirs.send(method, "/volumes/secret", "");
      Api.Answer missing = theirs.send(method, "/volumes/no-such", "");
      assertThat(answer.status()).isEqualTo(404).isEqualTo(missing.status());
      assertThat(answer.text()).isEqualTo(missing.text().replace("no-such", "secret"));
      assertThat(answer.message()).isEqualTo("get secret: no such volume");
    }
    for (String name : List.of("volumes-it.secret", "..%2fsecret", "secret%00")) {
      assertThat(theirs.get("/volumes/" + name).status()).isIn(400, 404);
    }
    assertThat(names(docker)).contains("secret");
  }

  @Test
  void a_volume_in_use_is_kept_in_the_engines_words() {
    docker.ok("volume", "create", "data");
    String id = docker.ok("create", "-v", "data:/d", "busybox");
    for (String query : List.of("", "?force=1")) {
      Api.Answer refused = Api.as(docker).send("DELETE", "/volumes/data" + query, "");
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.message()).isEqualTo("remove data: volume is in use - [%s]".formatted(id));
    }
    docker.ok("rm", id);
    docker.ok("volume", "rm", "data");
    assertThat(names(docker)).isEmpty();
    assertThat(Api.as(docker).send("DELETE", "/volumes/data", "").status()).isEqualTo(404);
    assertThat(Api.as(docker).send("DELETE", "/volumes/data?force=1", "").status()).isEqualTo(204);
  }

  @Test
  void prune_touches_only_ones_own_unused() {
    other.ok("volume", "create", "theirs");
    docker.ok("volume", "create", "--label", "keep=yes", "kept");
    docker.ok("volume", "create", "unused");
    docker.ok(
        "run", "--rm", "-v", "full:/d", "busybox", "sh", "-c", "head -c 100000 /dev/zero >/d/f");
    docker.ok("create", "-v", "used:/d", "busybox");
    Api.Answer pruned =
        Api.as(docker)
            .send("POST", "/volumes/prune?filters=%7B%22label!%22%3A%5B%22keep%22%5D%7D", "");
    assertThat(pruned.status()).isEqualTo(200);
    assertThat(pruned.json().path("VolumesDeleted").toString()).isEqualTo("[\"full\",\"unused\"]");
    assertThat(pruned.json().path("SpaceReclaimed").asLong()).isGreaterThanOrEqualTo(100_000);
    assertThat(names(docker)).containsExactly("kept", "used");
    assertThat(names(other)).containsExactly("theirs");
    assertThat(docker.ok("volume", "prune", "-f")).contains("kept");
    assertThat(names(docker)).containsExactly("used");
  }

  @Test
  void anonymous_volumes_are_listed_and_go_with_rm_v_alone() {
    String id = docker.ok("create", "-v", "/scratch", "busybox");
    String volume = docker.ok("volume", "ls", "-q");
    assertThat(volume).matches("[0-9a-f]{64}");
    assertThat(docker.ok("inspect", "-f", "{{range .Mounts}}{{.Name}}{{end}}", id))
        .isEqualTo(volume);
    assertThat(names(other)).isEmpty();
    docker.ok("rm", id);
    assertThat(docker.ok("volume", "ls", "-q")).isEqualTo(volume);

    // Its name leads its own tenant to it, and another to a new one.
    docker.ok("run", "--rm", "-v", volume + ":/d", "busybox", "sh", "-c", "echo mine >/d/file");
    other.ok("run", "--rm", "-v", volume + ":/d", "busybox", "sh", "-c", "test ! -e /d/file");
    assertThat(docker.ok("run", "--rm", "-v", volume + ":/d", "busybox", "cat", "/d/file"))
        .isEqualTo("mine");
    other.ok("volume", "rm", volume);
    docker.ok("volume", "rm", volume);

    String again = docker.ok("create", "-v", "/scratch", "busybox");
    assertThat(names(docker)).hasSize(1);
    docker.ok("rm", "-v", again);
    assertThat(names(docker)).isEmpty();
    docker.ok("run", "--rm", "-v", "/scratch", "busybox", "true");
    assertThat(names(docker)).isEmpty();
  }

  @Test
  void volumes_from_another_container_are_shared_on_its_host() {
    docker.ok("run", "--name", "one", "-v", "/shared", "busybox", "sh", "-c", "echo hi >/shared/f");
    assertThat(docker.ok("run", "--rm", "--volumes-from", "one", "busybox", "cat", "/shared/f"))
        .isEqualTo("hi");
    assertThat(names(docker)).hasSize(1);
  }

  @Test
  void lists_are_filtered_as_on_an_engine() {
    docker.ok("volume", "create", "--label", "a=b", "one");
    docker.ok("volume", "create", "two");
    docker.ok("create", "-v", "two:/d", "busybox");
    assertThat(names(docker, "-f", "dangling=true")).containsExactly("one");
    assertThat(names(docker, "-f", "dangling=false")).containsExactly("two");
    assertThat(names(docker, "-f", "name=^t.o$")).containsExactly("two");
    assertThat(names(docker, "-f", "label=a")).containsExactly("one");
    assertThat(names(docker, "-f", "label=a=c")).isEmpty();
    assertThat(names(docker, "-f", "driver=local")).containsExactly("one", "two");
    assertThat(names(docker, "-f", "driver=nfs")).isEmpty();
    assertThat(docker.ok("ps", "-aq", "-f", "volume=two")).isNotEmpty();
    assertThat(docker.ok("ps", "-aq", "-f", "volume=one")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "POST|/volumes/create|{\"Name\":\"a/b\"}",
        "POST|/volumes/create|{\"Name\":\"-bad\"}",
        "POST|/volumes/create|{\"Name\":\"a\"}",
        "POST|/volumes/create|{\"Name\":\"data\",\"Driver\":\"nope\"}",
        "POST|/volumes/create|~~",
        "GET|/volumes/missing|~~",
        "DELETE|/volumes/missing|~~",
        "DELETE|/volumes/missing?force=1|~~",
        "PUT|/volumes/missing|{}",
        "GET|/volumes?filters=%7B%22dangling%22%3A%5B%22maybe%22%5D%7D|~~",
        "GET|/volumes?filters=%7B%22color%22%3A%5B%22red%22%5D%7D|~~",
        "POST|/volumes/prune?filters=%7B%22all%22%3A%5B%22true%22%5D%7D|~~",
        "POST|/volumes/prune?filters=%7B%22label%22%3A%5B%22none%22%5D%7D|~~",
      })
  void what_is_refused_is_refused_in_the_engines_words(String method, String target, String body) {
    Api.Answer raw =
        Api.at(Fleet.shared().hosts().getFirst().engineSocket()).send(method, target, body);
    Api.Answer own = Api.as(docker).send(method, target, body);
    assertThat(own.status()).isEqualTo(raw.status());
    assertThat(own.text()).isEqualTo(raw.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"Name\":\"x1\",\"DriverOpts\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc\"}}",
        "{\"Name\":\"x1\",\"Labels\":{\"berth.tenant\":\"other\"}}",
        "{\"Name\":\"x1\",\"ClusterVolumeSpec\":{\"Group\":\"g\"}}",
        "{\"Name\":\"x1\",\"Unknown\":1}",
      })
  void what_reaches_the_host_is_refused_and_leaves_nothing(String body) {
    assertThat(Api.as(docker).send("POST", "/volumes/create", body).status()).isEqualTo(403);
    assertThat(names(docker)).isEmpty();
  }

  @Test
  void events_of_volumes_are_ones_own_in_ones_own_words() {
    docker.ok("volume", "create", "told");
    other.ok("volume", "create", "theirs");
    docker.ok("create", "--name", "container", "-v", "told:/d", "-v", "/anonymous", "busybox");
    String anonymous = names(docker, "-f", "name=^[0-9a-f]{64}$").getFirst();
    docker.ok("rm", "-v", "container");
    docker.ok("volume", "rm", "told");
    List<String> told =
        Eventually.get(
            () ->
                docker
                    .run(
                        "events",
                        "--since",
                        "30s",
                        "--until",
                        "0s",
                        "-f",
                        "type=volume",
                        "--format",
                        "{{.Action}} {{.Actor.ID}}")
                    .ok()
                    .lines(),
            lines -> lines.contains("destroy told"));
    assertThat(told)
        .contains("create told", "create " + anonymous, "destroy " + anonymous, "destroy told")
        .noneMatch(line -> line.contains("theirs") || line.contains(TENANTS[0]));
  }

  @Test
  void volumes_of_many_projects_can_be_made_at_once() {
    Api api = Api.as(docker);
    List<Callable<Integer>> creates = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      String body =
          "{\"Name\":\"at-once-%d\",\"Labels\":{\"com.docker.compose.project\":\"p%d\"}}"
              .formatted(i, i);
      creates.add(() -> api.send("POST", "/volumes/create", body).status());
    }
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Integer> answers = new ArrayList<>();
      for (Future<Integer> answer : clients.invokeAll(creates, 60, TimeUnit.SECONDS)) {
        answers.add(answer.isCancelled() ? 0 : answer.resultNow());
      }
      assertThat(answers).containsOnly(201);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    assertThat(names(docker)).hasSize(80);
  }
}
