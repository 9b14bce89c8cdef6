package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each tenant's own image store over three hosts, with real registries. */
final class ImagesIT {
  private static final String PASSWORD = "open-sesame";
  @TempDir private static Path directory;

  private static Registry registry;
  private static Registry guarded;

  private Docker acme;
  private Docker umbrella;

  @BeforeAll
  static void registries() {
    String gateway = Fleet.shared().gateway();
    registry = Registry.open(gateway, 5051);
    guarded = Registry.guarded(gateway, 5052, "alice", PASSWORD);
  }

  @AfterAll
  static void closeRegistries() {
    registry.close();
    guarded.close();
  }

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

  private static String name(String path) {
    return registry.address() + "/" + path;
  }

  /** An image of one file, with that text, pushed by a tenant that then forgets it. */
  private String published(String path, String text) {
    Docker publisher = Fleet.shared().tenant("publisher");
    String name = name(path);
    make(publisher, name, text);
    publisher.ok("push", name);
    publisher.ok("rmi", name);
    return name;
  }

  /** Commits an image with a file /text. */
  private static String make(Docker docker, String name, String text) {
    String container = docker.ok("create", "busybox", "sh", "-c", "cat /text");
    Path file;
    try {
      file = Files.writeString(directory.resolve("text"), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    docker.ok("cp", file.toString(), container + ":/text");
    String id = docker.ok("commit", container, name);
    docker.remove(container);
    return id;
  }

  private static String run(Docker docker, String image) {
    return docker.ok("run", "--rm", image, "cat", "/text");
  }

  @Test
  void a_pulled_image_looks_as_on_an_engine_and_runs() {
    String name = published("lib/look:1", "look");
    Outcome pulled = acme.run("pull", name).ok();
    assertThat(pulled.lines().getFirst()).isEqualTo("1: Pulling from lib/look");
    assertThat(pulled.out())
        .contains("Digest: sha256:")
        .contains("Status: Downloaded newer image for " + name);
    assertThat(acme.ok("pull", name)).contains("Status: Image is up to date for " + name);
    assertThat(run(acme, name)).isEqualTo("look");
    String digest = acme.ok("inspect", "-f", "{{index .RepoDigests 0}}", name);
    assertThat(digest).startsWith(name("lib/look@sha256:"));
    assertThat(pulled.out()).contains(digest.substring(digest.indexOf("sha256:")));
    assertThat(acme.ok("images", "--format", "{{.Repository}}:{{.Tag}}")).contains(name);
    for (int host = 0; host < 3; host++) {
      assertThat(Fleet.shared().engine(host).ok("images", "--format", "{{.Repository}}:{{.Tag}}"))
          .describedAs("ordinary tags on an engine")
          .doesNotContain("lib/look:1");
    }
  }

  @Test
  void another_tenant_neither_sees_nor_runs_a_pulled_image_until_it_pulls_it_itself() {
    String name = published("lib/private:1", "private");
    acme.ok("pull", name);
    String id = acme.ok("inspect", "-f", "{{.Id}}", name);
    assertThat(umbrella.ok("images", "-aq", "--no-trunc")).doesNotContain(id);
    for (String reference : List.of(name, id, id.substring(7, 19))) {
      Api.Answer answer =
          Api.as(umbrella)
              .send("POST", "/containers/create", "{\"Image\":\"%s\"}".formatted(reference));
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.message()).startsWith("No such image: ");
      assertThat(Api.as(umbrella).get("/images/" + reference + "/json").status()).isEqualTo(404);
      assertThat(Api.as(umbrella).get("/images/" + reference + "/history").status()).isEqualTo(404);
      assertThat(Api.as(umbrella).get("/images/" + reference + "/get").status()).isEqualTo(404);
      assertThat(Api.as(umbrella).send("DELETE", "/images/" + reference, "").status())
          .isEqualTo(404);
    }
    umbrella.ok("pull", name);
    assertThat(run(umbrella, name)).isEqualTo("private");
    umbrella.ok("rmi", name);
    assertThat(run(acme, name)).isEqualTo("private");
  }

  @Test
  void a_pull_by_digest_gets_that_image_without_a_tag() {
    String name = published("lib/exact:1", "exact");
    acme.ok("pull", name);
    String digest = acme.ok("inspect", "-f", "{{index .RepoDigests 0}}", name);
    String id = acme.ok("inspect", "-f", "{{.Id}}", name);
    umbrella.ok("pull", digest);
    assertThat(umbrella.ok("inspect", "-f", "{{.Id}} {{.RepoTags}}", digest)).isEqualTo(id + " []");
    assertThat(run(umbrella, digest)).isEqualTo("exact");
  }

  @Test
  void two_tenants_have_different_images_under_one_name() {
    make(acme, "app:1", "of acme");
    make(umbrella, "app:1", "of umbrella");
    assertThat(run(acme, "app:1")).isEqualTo("of acme");
    assertThat(run(umbrella, "app:1")).isEqualTo("of umbrella");
    acme.ok("rmi", "app:1");
    assertThat(run(umbrella, "app:1")).isEqualTo("of umbrella");
    assertThat(acme.run("run", "--rm", "--pull", "never", "app:1").exits(125).err())
        .contains("No such image: app:1");
  }

  @Test
  void a_committed_image_runs_on_every_host() {
    make(acme, "everywhere", "here");
    Set<String> hosts = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      String id = acme.ok("run", "-d", "everywhere", "sh", "-c", "cat /text; echo; sleep 600");
      hosts.add(hostOf(id));
      Eventually.get(() -> acme.ok("logs", id), "here"::equals);
    }
    assertThat(hosts).hasSize(3);
  }

  private static String hostOf(String id) {
    for (int host = 0; host < 3; host++) {
      if (Fleet.shared().engine(host).run("inspect", id).exit() == 0) {
        return "host " + host;
      }
    }
    throw new AssertionError("no host has " + id);
  }

  @Test
  void a_container_shows_the_name_that_it_was_made_with_while_that_is_its_image() {
    make(acme, "shown:1", "one");
    String id = acme.ok("create", "--name", "shown", "shown:1");
    assertThat(acme.ok("ps", "-a", "--format", "{{.Image}}")).isEqualTo("shown:1");
    assertThat(acme.ok("inspect", "-f", "{{.Config.Image}}", "shown")).isEqualTo("shown:1");
    assertThat(acme.ok("ps", "-aq", "--no-trunc", "--filter", "ancestor=shown:1")).isEqualTo(id);
    String image = acme.ok("inspect", "-f", "{{.Image}}", "shown");
    make(acme, "shown:1", "two");
    assertThat(acme.ok("ps", "-a", "--format", "{{.Image}}")).isEqualTo(image.substring(7, 19));
    assertThat(acme.ok("inspect", "-f", "{{.Config.Image}}", "shown")).isEqualTo("shown:1");
  }

  @Test
  void a_tag_is_given_moved_and_taken() {
    String one = make(acme, "first", "1");
    String two = make(acme, "second", "2");
    acme.ok("tag", "first", "x/y:z");
    assertThat(acme.ok("inspect", "-f", "{{.Id}}", "x/y:z")).isEqualTo(one);
    acme.ok("tag", "second", "x/y:z");
    assertThat(acme.ok("inspect", "-f", "{{.Id}}", "x/y:z")).isEqualTo(two);
    assertThat(acme.ok("inspect", "-f", "{{.RepoTags}}", one)).isEqualTo("[first:latest]");
    assertThat(acme.ok("rmi", "x/y:z")).isEqualTo("Untagged: x/y:z");
    assertThat(acme.ok("rmi", "second").lines())
        .contains("Untagged: second:latest", "Deleted: " + two);
    assertThat(acme.run("image", "inspect", two).exits(1).err()).containsIgnoringCase("no such");
    Fleet fleet = Fleet.shared();
    Eventually.get(
        () ->
            List.of(0, 1, 2).stream()
                .filter(h -> fleet.engine(h).run("image", "inspect", two).exit() == 0)
                .toList(),
        List::isEmpty);
    assertThat(fleet.engine(0).ok("images", "-q", "busybox")).isNotEmpty();
  }

  @Test
  void an_image_in_use_stays_in_the_engines_words() {
    String id = make(acme, "used:1", "used");
    String container = acme.ok("run", "-d", "used:1", "sleep", "600");
    String shortId = id.substring(7, 19);
    String shortContainer = container.substring(0, 12);
    assertThat(acme.run("rmi", "used:1").exits(1).err())
        .contains(
            ("conflict: unable to remove repository reference \"used:1\" (must force)"
                    + " - container %s is using its referenced image %s")
                .formatted(shortContainer, shortId));
    assertThat(acme.run("rmi", "-f", id).exits(1).err())
        .contains(
            ("conflict: unable to delete %s (cannot be forced)"
                    + " - image is being used by running container %s")
                .formatted(shortId, shortContainer));
    acme.ok("kill", container);
    assertThat(acme.run("rmi", id).exits(1).err())
        .contains(
            ("conflict: unable to delete %s (must be forced)"
                    + " - image is being used by stopped container %s")
                .formatted(shortId, shortContainer));
  }

  @Test
  void a_shared_image_is_everybodys_and_nobodys_to_remove() {
    Api.Answer refused = Api.as(acme).send("DELETE", "/images/busybox?force=1", "");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message()).contains("operator");
    acme.ok("tag", "busybox", "mine:1");
    assertThat(acme.ok("rmi", "mine:1")).contains("Untagged: mine:1");
    assertThat(umbrella.ok("run", "--rm", "busybox", "echo", "there")).isEqualTo("there");
    String own = make(acme, "busybox:latest", "mine");
    assertThat(acme.ok("inspect", "-f", "{{.Id}}", "busybox")).isEqualTo(own);
    assertThat(umbrella.ok("inspect", "-f", "{{.Id}}", "busybox")).isNotEqualTo(own);
    acme.ok("rmi", "busybox:latest");
    assertThat(acme.ok("inspect", "-f", "{{.Id}}", "busybox"))
        .isEqualTo(umbrella.ok("inspect", "-f", "{{.Id}}", "busybox"));
  }

  @Test
  void a_push_and_a_pull_have_the_same_digest_and_leave_no_tag() {
    String name = name("team/round:1");
    String id = make(acme, name, "round");
    String pushed = acme.ok("push", name);
    assertThat(pushed.lines().findFirst())
        .contains("The push refers to repository [%s]".formatted(name("team/round")));
    String digest = pushed.replaceAll("(?s).*digest: (sha256:[0-9a-f]{64}).*", "$1");
    assertThat(acme.ok("inspect", "-f", "{{.RepoDigests}}", name))
        .isEqualTo("[%s@%s]".formatted(name("team/round"), digest));
    assertThat(umbrella.run("inspect", name).exit()).isEqualTo(1);
    assertThat(umbrella.ok("pull", name)).contains("Digest: " + digest);
    assertThat(umbrella.ok("inspect", "-f", "{{.Id}}", name)).isEqualTo(id);
    for (int host = 0; host < 3; host++) {
      assertThat(Fleet.shared().engine(host).ok("images", "--format", "{{.Repository}}:{{.Tag}}"))
          .doesNotContain("team/round:1");
    }
    assertThat(acme.run("push", name("team/none:1")).exits(1).err())
        .contains("An image does not exist locally with the tag: " + name("team/none"));
  }

  @Test
  void pushes_of_two_tenants_under_one_name_never_carry_the_others_image() throws Exception {
    String name = name("team/race:1");
    String first = make(acme, name, "of acme");
    String second = make(umbrella, name, "of umbrella");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 3; round++) {
        Future<String> one = threads.submit(() -> acme.ok("push", name));
        Future<String> two = threads.submit(() -> umbrella.ok("push", name));
        String ofAcme = digest(one.get());
        String ofUmbrella = digest(two.get());
        assertThat(ofAcme).isNotEqualTo(ofUmbrella);
        acme.ok("pull", name("team/race@" + ofAcme));
        assertThat(acme.ok("inspect", "-f", "{{.Id}}", name("team/race@" + ofAcme)))
            .isEqualTo(first);
        assertThat(umbrella.ok("pull", name("team/race@" + ofUmbrella))).isNotEmpty();
        assertThat(umbrella.ok("inspect", "-f", "{{.Id}}", name("team/race@" + ofUmbrella)))
            .isEqualTo(second);
      }
    }
  }

  private static String digest(String pushed) {
    return pushed.replaceAll("(?s).*digest: (sha256:[0-9a-f]{64}).*", "$1");
  }

  @Test
  void many_pulls_at_once_are_one_fetch() throws Exception {
    String name = published("lib/crowd:1", "x".repeat(100_000));
    long before = registry.asked("GET", "/v2/lib/crowd/blobs/");
    List<Future<Outcome>> pulls = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        Docker docker = i % 2 == 0 ? acme : umbrella;
        pulls.add(threads.submit(() -> docker.run("pull", name)));
      }
      for (Future<Outcome> pull : pulls) {
        assertThat(pull.get().ok().out()).contains("Digest: sha256:");
      }
    }
    long blobs = 2;
    assertThat(registry.asked("GET", "/v2/lib/crowd/blobs/") - before).isBetween(1L, blobs + 1);
    assertThat(run(umbrella, name)).hasSize(100_000);
  }

  @Test
  void a_registry_that_asks_for_a_password_gets_the_tenants_own() {
    String name = guarded.address() + "/secret:1";
    make(acme, name, "secret");
    Api api = Api.as(acme).with("X-Registry-Auth", auth(PASSWORD));
    Api.Answer pushed =
        api.send("POST", "/images/%s/secret/push?tag=1".formatted(guarded.address()), "");
    assertThat(pushed.text()).contains("\"aux\"").doesNotContain("\"error\"");
    String pull = "/images/create?fromImage=%s/secret&tag=1".formatted(guarded.address());
    assertThat(api.send("POST", pull, "").text()).contains("Status: ");
    for (Api wrong :
        List.of(Api.as(umbrella), Api.as(umbrella).with("X-Registry-Auth", auth("wrong")))) {
      Api.Answer refused = wrong.send("POST", pull, "");
      Api raw = Api.at(Fleet.shared().hosts().getFirst().engineSocket());
      Api.Answer expected =
          (wrong.headers().has("X-Registry-Auth")
                  ? raw.with("X-Registry-Auth", auth("wrong"))
                  : raw)
              .send("POST", pull, "");
      assertThat(refused.status()).isEqualTo(expected.status());
      assertThat(refused.message()).isEqualTo(expected.message());
    }
    assertThat(umbrella.run("inspect", name).exit()).isEqualTo(1);
  }

  private static String auth(String password) {
    return Base64.getUrlEncoder()
        .encodeToString(
            "{\"username\":\"alice\",\"password\":\"%s\",\"serveraddress\":\"%s\"}"
                .formatted(password, guarded.address())
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void what_is_saved_is_loaded_with_its_names() {
    String id = make(acme, "kept:1", "kept");
    acme.ok("tag", "kept:1", "kept:2");
    byte[] archive = acme.run("save", "kept:1", "kept:2").ok().bytes();
    assertThat(umbrella.command("load").input(new ByteArrayInputStream(archive)).run().ok().out())
        .contains("Loaded image: kept:1")
        .contains("Loaded image: kept:2");
    assertThat(umbrella.ok("inspect", "-f", "{{.Id}}", "kept:2")).isEqualTo(id);
    assertThat(run(umbrella, "kept:1")).isEqualTo("kept");
    assertThat(Fleet.shared().tenant("publisher").run("inspect", "kept:1").exit()).isEqualTo(1);
    Command raw = Fleet.shared().engine(0).command("load");
    assertThat(raw.input(new ByteArrayInputStream(archive)).run().ok().out())
        .contains("Loaded image: kept:1");
    Fleet.shared().engine(0).ok("rmi", "kept:1", "kept:2");
  }

  @Test
  void an_archive_packed_with_gzip_is_loaded() throws IOException {
    make(acme, "packed:1", "packed");
    byte[] archive = acme.run("save", "packed:1").ok().bytes();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (var gzip = new java.util.zip.GZIPOutputStream(packed)) {
      gzip.write(archive);
    }
    umbrella.command("load").input(new ByteArrayInputStream(packed.toByteArray())).run().ok();
    assertThat(run(umbrella, "packed:1")).isEqualTo("packed");
  }

  @Test
  void a_root_file_system_is_imported() {
    String container = acme.ok("create", "busybox");
    byte[] root = acme.run("export", container).ok().bytes();
    String id =
        acme.command("import", "--change", "CMD [\"echo\", \"imported\"]", "-", "root:1")
            .input(new ByteArrayInputStream(root))
            .run()
            .ok()
            .text();
    assertThat(id).startsWith("sha256:");
    assertThat(acme.ok("run", "--rm", "root:1")).isEqualTo("imported");
    assertThat(umbrella.run("inspect", "root:1").exit()).isEqualTo(1);
    assertThat(
            Api.as(acme)
                .send("POST", "/images/create?fromSrc=http://127.0.0.1/x.tar&repo=x", "")
                .status())
        .isEqualTo(400);
  }

  @Test
  void a_prune_leaves_other_tenants_images_and_the_shared_ones() {
    make(acme, "mine:1", "mine");
    make(acme, "mine:1", "newer");
    make(umbrella, "theirs:1", "theirs");
    JsonNode dangling = Api.as(acme).send("POST", "/images/prune", "").json();
    assertThat(dangling.path("ImagesDeleted")).hasSize(1);
    assertThat(acme.ok("images", "-q", "mine:1")).isNotEmpty();
    acme.ok("image", "prune", "-af");
    assertThat(acme.ok("images", "-q", "mine")).isEmpty();
    assertThat(acme.ok("images", "-q", "busybox")).isNotEmpty();
    assertThat(run(umbrella, "theirs:1")).isEqualTo("theirs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /images/UPPER/json",
        "GET /images/nothing/json",
        "GET /images/nothing:1/history",
        "GET /images/0123456789ab/json",
        "POST /images/create?fromImage=UPPER&tag=1",
        "POST /images/create?fromImage=a&tag=b%20c",
        "POST /images/create?fromImage=a//b&tag=c",
        "POST /images/busybox/tag?repo=UPPER",
        "POST /images/busybox/tag?repo=a&tag=-b",
        "POST /images/nothing/tag?repo=a",
        "DELETE /images/nothing",
        "DELETE /images/UPPER",
        "GET /images/json?filters=%7B%22nothing%22%3A%5B%22x%22%5D%7D",
      })
  void what_is_wrong_is_told_as_an_engine_tells_it(String call) {
    String[] parts = call.split(" ");
    Api.Answer expected =
        Api.at(Fleet.shared().hosts().getFirst().engineSocket()).send(parts[0], parts[1], "");
    Api.Answer answer = Api.as(acme).send(parts[0], parts[1], "");
    assertThat(answer.status() + " " + answer.message())
        .isEqualTo(expected.status() + " " + expected.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:5051", "localhost:5051", "169.254.169.254"})
  void registries_on_the_hosts_themselves_are_refused(String host) {
    Api.Answer answer =
        Api.as(acme).send("POST", "/images/create?fromImage=%s/x&tag=1".formatted(host), "");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.message()).contains(host);
    assertThat(Api.as(acme).get("/distribution/%s/x:1/json".formatted(host)).status())
        .isEqualTo(403);
    assertThat(
            Api.as(acme)
                .send("POST", "/auth", "{\"serveraddress\":\"http://%s/\"}".formatted(host))
                .status())
        .isEqualTo(403);
  }

  @Test
  void images_are_heard_of_by_their_tenant_alone() throws Exception {
    long since = System.currentTimeMillis() / 1000;
    make(acme, "heard:1", "heard");
    acme.ok("tag", "heard:1", "heard:2");
    acme.ok("rmi", "heard:2");
    String until = Long.toString(System.currentTimeMillis() / 1000 + 1);
    String[] words = {
      "events",
      "--since",
      Long.toString(since),
      "--until",
      until,
      "--filter",
      "type=image",
      "--format",
      "{{.Action}} {{index .Actor.Attributes \"name\"}}"
    };
    assertThat(acme.ok(words)).contains("tag heard:1", "tag heard:2", "untag sha256:");
    assertThat(umbrella.ok(words)).doesNotContain("heard");
  }

  @Test
  void an_image_outlives_the_host_that_made_it_once_another_has_it() {
    try (Fleet fleet = Fleet.start(2)) {
      Docker docker = fleet.tenant("acme");
      make(docker, "lasting", "still here");
      Set<String> hosts = new HashSet<>();
      for (int i = 0; i < 2; i++) {
        docker.ok("run", "-d", "lasting", "sleep", "600");
      }
      String id = docker.ok("inspect", "-f", "{{.Id}}", "lasting");
      for (int host = 0; host < 2; host++) {
        if (fleet.engine(host).run("image", "inspect", id).exit() == 0) {
          hosts.add("host" + host);
        }
      }
      assertThat(hosts).hasSize(2);
      fleet.hosts().getFirst().powerCut();
      Eventually.get(
          () -> docker.run("run", "--rm", "lasting", "cat", "/text").text(), "still here"::equals);
    }
  }
}
