package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Tenant umbrella tries to reach tenant acme, and the hosts: over every route that takes an object
 * (from the page of the API), with every field that policy knows (from the page of the policy), and
 * as somebody would who knows how others were broken. Each attempt fails, does not tell whether
 * acme's object is there, and leaves acme's objects as they were.
 */
final class IsolationIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ABSENT_ID = "f".repeat(63) + "0";

  /** An object of acme's, and one of the same form that nobody has. */
  private record Target(String id, String name, String absentName) {}

  private record PublishedRoute(String method, String template, String action) {}

  private static final Map<String, Target> TARGETS = new LinkedHashMap<>();

  private static Docker acmeCli;
  private static Api acme;
  private static Api umbrella;
  private static Docker umbrellaCli;
  private static String before;
  private static String hostNetwork;

  @BeforeAll
  static void both() {
    acmeCli = Fleet.shared().tenant("acme");
    umbrellaCli = Fleet.shared().tenant("umbrella");
    acme = Api.as(acmeCli);
    umbrella = Api.as(umbrellaCli);
    acmeCli.ok("network", "create", "acmenet");
    acmeCli.ok("volume", "create", "acmevol");
    String id =
        acmeCli.ok(
            "run",
            "-d",
            "--name",
            "acmeweb",
            "--network",
            "acmenet",
            "-v",
            "acmevol:/data",
            "--label",
            "secret=acme-secret",
            "busybox",
            "sleep",
            "6000");
    acmeCli.ok("exec", "acmeweb", "sh", "-c", "echo acme-secret > /data/file");
    acmeCli.ok("commit", "acmeweb", "acmeapp");
    String exec =
        acme.send("POST", "/containers/acmeweb/exec", "{\"Cmd\":[\"sleep\",\"1\"]}")
            .json()
            .path("Id")
            .asText();
    TARGETS.put("containers", new Target(id, "acmeweb", "nobodyx"));
    TARGETS.put("exec", new Target(exec, exec, ABSENT_ID));
    TARGETS.put(
        "images",
        new Target(acmeCli.ok("inspect", "-f", "{{.Id}}", "acmeapp"), "acmeapp", "nobodyx"));
    TARGETS.put("distribution", TARGETS.get("images"));
    TARGETS.put("volumes", new Target("acmevol", "acmevol", "nobodyx"));
    TARGETS.put(
        "networks",
        new Target(
            acmeCli.ok("network", "inspect", "-f", "{{.Id}}", "acmenet"), "acmenet", "nobodyx"));
    umbrellaCli.ok("run", "-d", "--name", "own", "busybox", "sleep", "6000");
    umbrellaCli.ok("network", "create", "ownnet");
    hostNetwork = Fleet.shared().gateway().replaceAll("\\.[0-9]+$", ".0/24");
    before = objects();
  }

  @AfterAll
  static void cleanUp() {
    for (Docker docker : List.of(acmeCli, umbrellaCli)) {
      String ids = docker.ok("ps", "-aq");
      if (!ids.isEmpty()) {
        docker.remove(ids.split("\n"));
      }
      docker.run("network", "prune", "-f");
      docker.run("volume", "prune", "-f");
      docker.run("image", "prune", "-af");
    }
  }

  /** All that acme has, without what changes by itself. */
  private static String objects() {
    JsonNode containers = acme.get("/containers/json?all=1").json();
    containers.forEach(container -> ((ObjectNode) container).remove("Status"));
    return containers
        + acme.get("/containers/acmeweb/json").json().path("State").toString()
        + acme.get("/volumes").text().replaceAll("\"CreatedAt\":\"[^\"]*\"", "")
        + acme.get("/networks?filters=%7B%22type%22:%5B%22custom%22%5D%7D").text()
        + acme.get("/images/json").text();
  }

  private static void requireUnchanged() {
    assertThat(objects()).isEqualTo(before);
  }

  private static List<String> resource(String name) {
    try (InputStream in = IsolationIT.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<PublishedRoute> routes() {
    Pattern row = Pattern.compile("\\| `([A-Z]+) (\\S+)` \\| (\\w+) \\| [^|]* \\| ([^|]*) \\|");
    try (Stream<String> page = Files.lines(Path.of("..", "docs", "api.md"))) {
      return page.map(row::matcher)
          .filter(java.util.regex.Matcher::matches)
          .filter(match -> match.group(2).contains("{") && !match.group(4).startsWith("answers "))
          .map(match -> new PublishedRoute(match.group(1), match.group(2), match.group(3)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a call needs beside the object. */
  private static final Map<String, String> QUERIES =
      Map.of(
          "ContainerRename", "?name=stolen",
          "ContainerResize", "?h=1&w=1",
          "ExecResize", "?h=1&w=1",
          "ContainerArchive", "?path=/data",
          "ContainerArchiveInfo", "?path=/data",
          "PutContainerArchive", "?path=/",
          "ContainerLogs", "?stdout=1",
          "ContainerStats", "?stream=0",
          "ImageTag", "?repo=stolen&tag=1",
          "ContainerAttach", "?logs=1&stdout=1");

  private static final Map<String, String> BODIES =
      Map.of(
          "ContainerExec", "{\"Cmd\":[\"true\"]}",
          "ContainerUpdate", "{\"Memory\":33554432}",
          "NetworkConnect", "{\"Container\":\"own\"}",
          "NetworkDisconnect", "{\"Container\":\"own\",\"Force\":true}",
          "ExecStart", "{\"Detach\":true}",
          "VolumeUpdate", "{}",
          "ImagePush", "{}");

  /** The ways to write a name, each as what stands in the path. */
  private static Map<String, String> forms(String reference) {
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("as it is", reference);
    forms.put("in upper case", reference.toUpperCase(Locale.ROOT));
    forms.put("encoded", encoded(reference, "%"));
    forms.put("encoded twice", encoded(reference, "%25"));
    forms.put("behind a traversal", "x/../" + reference);
    forms.put("behind an encoded traversal", "x%2f..%2f" + reference);
    forms.put("behind encoded dots", "%2e%2e/%2e%2e/" + reference);
    forms.put("with a slash before", "/" + reference);
    forms.put("as the engine knows it", "acme." + reference);
    forms.put("with a NUL after", reference + "%00");
    return forms;
  }

  private static String encoded(String text, String percent) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      encoded.append(percent).append("%02X".formatted(each));
    }
    return encoded.toString();
  }

  @TestFactory
  Stream<DynamicTest> no_route_tells_of_another_tenants_object() {
    List<DynamicTest> tests = new ArrayList<>();
    for (PublishedRoute route : routes()) {
      String kind = route.template().split("/")[1];
      Target target = TARGETS.getOrDefault(kind, new Target("x", "x", "x"));
      if (!TARGETS.containsKey(kind)) {
        tests.add(
            DynamicTest.dynamicTest(
                route.action() + " has a kind of object that this test does not know",
                () -> assertThat(kind).isEqualTo("plugins")));
        continue;
      }
      Map<String, String> theirs = forms(target.name());
      Map<String, String> absent = forms(target.absentName());
      if (!target.id().equals(target.name())) {
        theirs.put("by its id", target.id());
        absent.put("by its id", absentId(target.id()));
        theirs.put("by the beginning of its id", beginning(target.id()));
        absent.put("by the beginning of its id", beginning(absentId(target.id())));
      }
      theirs.forEach(
          (form, reference) ->
              tests.add(
                  DynamicTest.dynamicTest(
                      route.action() + " of a name " + form,
                      () -> attempt(route, reference, absent.get(form)))));
    }
    return tests.stream();
  }

  private static String absentId(String id) {
    return id.startsWith("sha256:") ? "sha256:" + ABSENT_ID : ABSENT_ID;
  }

  private static String beginning(String id) {
    return id.replace("sha256:", "").substring(0, 12);
  }

  private static void attempt(PublishedRoute route, String theirs, String absent) {
    Api.Answer answer = send(route, theirs);
    Api.Answer expected = send(route, absent);
    assertThat(answer.status()).isEqualTo(expected.status());
    assertThat(normal(answer, theirs)).isEqualTo(normal(expected, absent));
    assertThat(answer.telling()).isEqualTo(expected.telling());
    if (!route.action().equals("ImagePush")) {
      assertThat(answer.status()).isGreaterThanOrEqualTo(400);
    }
    requireUnchanged();
  }

  /** The answer without the reference in any of the forms that it is repeated in. */
  private static String normal(Api.Answer answer, String reference) {
    String text = answer.text().replaceAll("127\\.0\\.0\\.1:\\d+", "ADDRESS");
    List<String> forms = new ArrayList<>(List.of(reference));
    forms.add(java.net.URLDecoder.decode(reference, StandardCharsets.UTF_8));
    forms.add(forms.getLast().replaceAll("^(x/\\.\\./|\\.\\./\\.\\./|/)", ""));
    forms.add(forms.getLast().replace("sha256:", ""));
    for (String form : forms) {
      text = text.replace(form, "NAME");
    }
    return text;
  }

  private static Api.Answer send(PublishedRoute route, String reference) {
    Api api = umbrella;
    if (route.action().equals("ImagePush")) {
      api = api.with("X-Registry-Auth", "e30=");
    }
    if (route.action().equals("ContainerAttachWebsocket")) {
      api =
          api.with("Connection", "Upgrade")
              .with("Upgrade", "websocket")
              .with("Sec-WebSocket-Version", "13")
              .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    }
    return api.send(
        route.method(),
        route.template().replaceAll("\\{\\w+}", reference.replace("\\", "\\\\").replace("$", "\\$"))
            + QUERIES.getOrDefault(route.action(), ""),
        BODIES.getOrDefault(route.action(), ""));
  }

  private record Field(String call, String path, String value) {
    boolean isHarmless() {
      return value.startsWith("- ");
    }
  }

  private static List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    for (String line : resource("/isolation/fields.txt")) {
      String[] parts = line.split(" \\| ", 2);
      String[] field = parts[0].strip().split(" ", 2);
      fields.add(new Field(field[0], field[1], parts[1].strip()));
    }
    return fields;
  }

  @Test
  void every_field_that_policy_knows_is_tried_or_has_a_reason_why_not() throws IOException {
    Set<String> known = new TreeSet<>();
    Pattern row = Pattern.compile("\\| (\\w+) \\| `([^`]+)` \\| (?:yes)? *\\|");
    try (Stream<String> page = Files.lines(Path.of("..", "docs", "policy.md"))) {
      page.map(row::matcher)
          .filter(java.util.regex.Matcher::matches)
          .forEach(match -> known.add(match.group(1) + " " + match.group(2)));
    }
    Set<String> tried = new TreeSet<>();
    fields().forEach(field -> tried.add(field.call() + " " + field.path()));
    assertThat(known).hasSizeGreaterThan(150);
    assertThat(tried).isEqualTo(known);
  }

  @TestFactory
  Stream<DynamicTest> no_field_lets_a_tenant_out() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Field field : fields()) {
      if (field.isHarmless()) {
        continue;
      }
      String name = field.call() + " " + field.path();
      tests.add(
          DynamicTest.dynamicTest(name, () -> escape(field, last(field) + ":" + value(field))));
      tests.add(
          DynamicTest.dynamicTest(
              name + " in other letters",
              () -> escape(field, last(field).toLowerCase(Locale.ROOT) + ":" + value(field))));
      tests.add(
          DynamicTest.dynamicTest(
              name + " given twice",
              () -> escape(field, last(field) + ":null," + last(field) + ":" + value(field))));
    }
    return tests.stream();
  }

  private static String value(Field field) {
    return field.value().replace("{acme}", TARGETS.get("containers").id());
  }

  /** The field's own name, in quotes. */
  private static String last(Field field) {
    return "\"" + field.path().substring(field.path().lastIndexOf('.') + 1) + "\"";
  }

  private static void escape(Field field, String member) {
    String own = objectsOf(umbrella);
    String path = field.path();
    Api.Answer answer =
        switch (field.call()) {
          case "ContainerCreate" ->
              umbrella.send("POST", "/containers/create?name=escape", create(path, member));
          case "ContainerExec" ->
              umbrella.send("POST", "/containers/own/exec", "{" + with("Cmd", member) + "}");
          case "ContainerUpdate" ->
              umbrella.send("POST", "/containers/own/update", "{" + member + "}");
          case "NetworkConnect" ->
              umbrella.send(
                  "POST",
                  "/networks/ownnet/connect",
                  "{\"Container\":\"own\",\"EndpointConfig\":{" + member + "}}");
          case "NetworkCreate" ->
              umbrella.send(
                  "POST",
                  "/networks/create",
                  path.startsWith("IPAM.")
                      ? "{\"Name\":\"escape\",\"IPAM\":{" + member + "}}"
                      : "{" + with("Name", member) + "}");
          case "VolumeCreate" ->
              umbrella.send("POST", "/volumes/create", "{" + with("Name", member) + "}");
          default -> throw new IllegalArgumentException("no such call: " + field.call());
        };
    assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
    assertThat(answer.message()).isNotBlank().doesNotContain("acme-secret");
    assertThat(objectsOf(umbrella)).isEqualTo(own);
    requireUnchanged();
  }

  /** The member, with what the body must have beside it unless it is that itself. */
  private static String with(String needed, String member) {
    if (member.toLowerCase(Locale.ROOT).startsWith("\"" + needed.toLowerCase(Locale.ROOT) + "\"")) {
      return member;
    }
    return needed.equals("Cmd")
        ? "\"Cmd\":[\"true\"]," + member
        : "\"" + needed + "\":\"escape\"," + member;
  }

  private static String create(String path, String member) {
    String image = "\"Image\":\"busybox\",";
    String mount = "\"HostConfig\":{\"Mounts\":[{%s}]}";
    if (path.startsWith("HostConfig.Mounts.VolumeOptions.")) {
      return "{"
          + image
          + mount.formatted(
              "\"Type\":\"volume\",\"Target\":\"/x\",\"VolumeOptions\":{" + member + "}")
          + "}";
    }
    if (path.equals("HostConfig.Mounts.TmpfsOptions")) {
      return "{" + image + mount.formatted("\"Type\":\"tmpfs\",\"Target\":\"/x\"," + member) + "}";
    }
    if (path.startsWith("HostConfig.Mounts.")) {
      String rest =
          Stream.of("\"Type\":\"volume\"", "\"Target\":\"/x\"")
              .filter(each -> !member.startsWith(each.substring(0, each.indexOf(':'))))
              .reduce((left, right) -> left + "," + right)
              .orElse("");
      return "{" + image + mount.formatted(rest + "," + member) + "}";
    }
    if (path.startsWith("HostConfig.LogConfig.")) {
      return "{" + image + "\"HostConfig\":{\"LogConfig\":{" + member + "}}}";
    }
    if (path.startsWith("NetworkingConfig.EndpointsConfig.")) {
      return "{"
          + image
          + "\"NetworkingConfig\":{\"EndpointsConfig\":{\"bridge\":{"
          + member
          + "}}}}";
    }
    if (path.startsWith("HostConfig.")) {
      return "{" + image + "\"HostConfig\":{" + member + "}}";
    }
    return path.equals("Image") ? "{" + member + "}" : "{" + image + member + "}";
  }

  private static String objectsOf(Api api) {
    ArrayNode all = JSON.createArrayNode();
    api.get("/containers/json?all=1").json().forEach(each -> all.add(each.path("Id").asText()));
    api.get("/volumes").json().path("Volumes").forEach(each -> all.add(each.path("Name")));
    api.get("/networks").json().forEach(each -> all.add(each.path("Name")));
    return all.toString();
  }

  @TestFactory
  Stream<DynamicTest> no_attempt_gets_through() {
    return Scenario.read("/isolation/attempts.txt").stream()
        .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> attempt(scenario)));
  }

  private static void attempt(Scenario scenario) throws IOException {
    try {
      Api.Answer answer = null;
      for (int i = 0; i < scenario.steps().size(); i++) {
        Scenario.Request request = (Scenario.Request) scenario.steps().get(i);
        answer = send(request);
        if (i < scenario.steps().size() - 1) {
          assertThat(answer.status()).as(answer.text()).isLessThan(300);
        }
      }
      assertThat(answer.status()).as(answer.text()).isBetween(400, 599).isNotIn(500, 502);
      if (scenario.name().contains(" -> ")) {
        assertThat(answer.status())
            .isEqualTo(Integer.parseInt(scenario.name().replaceAll(".* -> ", "")));
      }
      assertThat(answer.text())
          .doesNotContain("acme-secret")
          .doesNotContain("/var/lib/docker")
          .doesNotContain("lab-h");
      assertThat(umbrella.get("/images/json").text()).doesNotContain("stolen");
    } finally {
      for (String name : scenario.ownNames()) {
        umbrella.send("DELETE", "/containers/" + name + "?force=1&v=1", "");
        umbrella.send("DELETE", "/networks/" + name, "");
        umbrella.send("DELETE", "/volumes/" + name + "?force=1", "");
        umbrella.send("DELETE", "/images/" + name + "?force=1", "");
      }
    }
    requireUnchanged();
  }

  private static Api.Answer send(Scenario.Request request) throws IOException {
    Api with = umbrella;
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      with = with.with(header.getKey(), filled(header.getValue()));
    }
    String target = filled(request.target());
    int query = target.indexOf("={");
    if (query > 0) {
      target =
          target.substring(0, query + 1)
              + java.net.URLEncoder.encode(target.substring(query + 1), StandardCharsets.UTF_8);
    }
    target = target.replace("[", "%5B").replace("]", "%5D").replace("\"", "%22");
    return switch (request.body()) {
      case "{devices}" -> with.send(request.method(), target, devices());
      case "{xz}" ->
          with.send(
              request.method(), target, new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 0});
      default -> with.send(request.method(), target, filled(request.body()));
    };
  }

  private static String filled(String text) {
    String image = TARGETS.get("images").id();
    return text.replace("{container}", TARGETS.get("containers").id())
        .replace("{network}", TARGETS.get("networks").id())
        .replace("{image}", image)
        .replace("{digits}", image.replace("sha256:", ""))
        .replace("{hostnet}", hostNetwork)
        .replace("{hash}", tokenHash());
  }

  private static String tokenHash() {
    try {
      String token = umbrella.header("X-Auth-Token");
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A tar archive with a node of the host's first disk, made by hand: tar would need the node. */
  private static byte[] devices() {
    byte[] head = new byte[1536];
    put(head, 0, "disk");
    put(head, 100, "0000666");
    put(head, 108, "0000000");
    put(head, 116, "0000000");
    put(head, 124, "00000000000");
    put(head, 136, "00000000000");
    put(head, 148, "        ");
    head[156] = '4';
    put(head, 257, "ustar");
    put(head, 263, "00");
    put(head, 329, "0000010");
    put(head, 337, "0000000");
    long sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += head[i] & 0xff;
    }
    put(head, 148, "%06o\0 ".formatted(sum));
    return head;
  }

  private static void put(byte[] head, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, head, offset, bytes.length);
  }

  /** What a client library would not send. */
  private record Raw(String name, String request, int answers, String status) {}

  @TestFactory
  Stream<DynamicTest> no_request_hides_another() {
    String auth = "Host: x\r\nX-Auth-Token: {token}\r\n";
    String hidden = "GET /v1.41/containers/acmeweb/json HTTP/1.1\r\nHost: x\r\n\r\n";
    String create = "{\"Image\":\"busybox\",\"HostConfig\":{\"Privileged\":true}}";
    return Stream.of(
            new Raw(
                "a body behind Content-Length 0",
                "POST /containers/create?name=smuggled HTTP/1.1\r\n"
                    + auth
                    + "Content-Length: 0\r\n\r\n"
                    + create,
                1,
                "400"),
            new Raw(
                "a length and chunks",
                "POST /containers/create?name=smuggled HTTP/1.1\r\n"
                    + auth
                    + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    + hidden,
                1,
                "400"),
            new Raw(
                "two lengths",
                "POST /containers/create?name=smuggled HTTP/1.1\r\n"
                    + auth
                    + "Content-Length: 0\r\nContent-Length: "
                    + hidden.length()
                    + "\r\n\r\n"
                    + hidden,
                1,
                "400"),
            new Raw(
                "a coding that is not known",
                "POST /containers/create?name=smuggled HTTP/1.1\r\n"
                    + auth
                    + "Transfer-Encoding: xchunked\r\n\r\n"
                    + hidden,
                1,
                "(400|501)"),
            new Raw(
                "two tokens",
                "GET /containers/json HTTP/1.1\r\n" + auth + "X-Auth-Token: other\r\n\r\n",
                1,
                "401"),
            new Raw(
                "two tenants",
                "GET /containers/json HTTP/1.1\r\n"
                    + auth
                    + "X-Auth-TenantId: umbrella\r\nX-Auth-TenantId: acme\r\n\r\n",
                1,
                "401"),
            new Raw(
                "an empty token",
                "GET /containers/json HTTP/1.1\r\nHost: x\r\nX-Auth-Token:  \r\n\r\n",
                1,
                "401"),
            new Raw(
                "another's tenant behind spaces",
                "GET /containers/json HTTP/1.1\r\n" + auth + "X-Auth-TenantId:   acme \r\n\r\n",
                1,
                "403"),
            new Raw(
                "a header with a space in its name",
                "GET /containers/json HTTP/1.1\r\n" + auth + "X-Auth-TenantId : acme\r\n\r\n",
                1,
                "40[03]"),
            new Raw(
                "a line that is folded",
                "GET /containers/json HTTP/1.1\r\n" + auth + "X-Auth-TenantId:\r\n acme\r\n\r\n",
                1,
                "40[013]"),
            new Raw(
                "headers of agents",
                "GET /containers/acmeweb/json HTTP/1.1\r\n"
                    + auth
                    + "Berth-Epoch: 999\r\nBerth-Request: x\r\nBerth-Tenant: acme\r\n\r\n",
                1,
                "404"),
            new Raw(
                "an absolute target",
                "GET http://acme/containers/acmeweb/json HTTP/1.1\r\n" + auth + "\r\n",
                1,
                "40[04]"),
            new Raw(
                "a tunnel", "CONNECT 127.0.0.1:2181 HTTP/1.1\r\n" + auth + "\r\n", 1, "40[045]"),
            new Raw(
                "an upgrade of what is no stream",
                "GET /containers/json HTTP/1.1\r\n"
                    + auth
                    + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
                    + hidden,
                2,
                "200"),
            new Raw(
                "a huge body",
                "POST /containers/create?name=smuggled HTTP/1.1\r\n"
                    + auth
                    + "Content-Length: 999999999999\r\n\r\n{",
                1,
                "(400|413)"),
            new Raw(
                "a deep body",
                "POST /containers/create?name=smuggled HTTP/1.1\r\n"
                    + auth
                    + "Content-Length: 200000\r\n\r\n"
                    + "[".repeat(200_000),
                1,
                "400"),
            new Raw(
                "a hijack of another's container",
                "POST /containers/acmeweb/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\n"
                    + auth
                    + "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n",
                1,
                "404"))
        .map(raw -> DynamicTest.dynamicTest(raw.name(), () -> attempt(raw)));
  }

  private static void attempt(Raw raw) throws IOException {
    URI endpoint = URI.create(umbrellaCli.env().get("DOCKER_HOST"));
    String answers;
    try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write(
              raw.request()
                  .replace("{token}", umbrella.header("X-Auth-Token"))
                  .getBytes(StandardCharsets.ISO_8859_1));
      answers = readAll(socket);
    }
    assertThat(answers).startsWith("HTTP/1.1 ");
    assertThat(answers.substring(9, 12)).matches(raw.status());
    assertThat(answers)
        .doesNotContain("acme-secret")
        .doesNotContain("\"Id\":\"" + TARGETS.get("containers").id());
    assertThat(answers.split("HTTP/1\\.1 ", -1).length - 1).isLessThanOrEqualTo(raw.answers());
    assertThat(umbrella.get("/containers/smuggled/json").status()).isEqualTo(404);
    requireUnchanged();
  }

  /** All that comes until the server ends or, once it has begun, is silent. */
  private static String readAll(Socket socket) throws IOException {
    java.io.ByteArrayOutputStream read = new java.io.ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int count = socket.getInputStream().read(buffer);
          count >= 0;
          count = socket.getInputStream().read(buffer)) {
        read.write(buffer, 0, count);
        socket.setSoTimeout(2_000);
      }
    } catch (java.net.SocketTimeoutException | java.net.SocketException e) {
      // It has said what it had to say.
    }
    return read.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void what_lists_show_is_the_callers_own_whatever_a_filter_says() {
    for (String target :
        List.of(
            "/containers/json?all=1",
            "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22berth.tenant%3Dacme%22%5D%7D",
            "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22secret%22%5D%7D",
            "/containers/json?all=1&filters=%7B%22name%22%3A%5B%22acme%22%5D%7D",
            "/containers/json?all=1&filters=%7B%22id%22%3A%5B%22"
                + TARGETS.get("containers").id().substring(0, 4)
                + "%22%5D%7D",
            "/containers/json?all=1&filters=%7B%22volume%22%3A%7B%22acmevol%22%3Atrue%7D%7D",
            "/containers/json?all=1&filters=%7B%22network%22%3A%5B%22acmenet%22%5D%7D",
            "/containers/json?all=1&filters=%7B%22ancestor%22%3A%5B%22acmeapp%22%5D%7D",
            "/containers/json?all=1&tenant=acme",
            "/images/json?all=1",
            "/images/json?filters=%7B%22reference%22%3A%5B%22acme*%22%5D%7D",
            "/volumes",
            "/volumes?filters=%7B%22label%22%3A%5B%22berth.tenant%3Dacme%22%5D%7D",
            "/networks",
            "/networks?filters=%7B%22id%22%3A%5B%22"
                + TARGETS.get("networks").id().substring(0, 4)
                + "%22%5D%7D",
            "/system/df",
            "/events?since=0&until=" + java.time.Instant.now().getEpochSecond())) {
      assertThat(umbrella.get(target).text())
          .as(target)
          .doesNotContain("acmeweb", "acmenet", "acmevol", "acmeapp", "acme-secret")
          .doesNotContain(TARGETS.get("containers").id())
          .doesNotContain("\"berth.");
    }
    assertThat(umbrella.get("/info").json().path("Containers").asInt()).isEqualTo(1);
  }

  @Test
  void a_volume_of_anothers_name_is_ones_own_and_empty() {
    assertThat(umbrellaCli.ok("run", "--rm", "-v", "acmevol:/data", "busybox", "ls", "/data"))
        .isEmpty();
    umbrellaCli.ok("volume", "rm", "acmevol");
    requireUnchanged();
  }

  @Test
  void prunes_take_nothing_of_anothers() {
    for (String call :
        List.of(
            "/containers/prune",
            "/volumes/prune",
            "/networks/prune",
            "/images/prune",
            "/build/prune")) {
      Api.Answer answer =
          umbrella.send("POST", call + "?filters=%7B%22label%22%3A%5B%22none%22%5D%7D", "");
      assertThat(answer.text()).as(call).doesNotContain("acme");
    }
    requireUnchanged();
  }

  /** A container whose name is a part of the path, and data that look like a name of Berth's. */
  @Test
  void names_that_are_words_of_the_api_and_data_that_look_like_names_stay_as_they_are() {
    for (String name :
        List.of("containers", "json", "v1.41", "create", "umbrella", "umbrella.own")) {
      umbrellaCli.ok(
          "run",
          "-d",
          "--name",
          name,
          "-e",
          "X=acme.web umbrella." + name,
          "busybox",
          "sleep",
          "600");
      JsonNode shown = umbrella.get("/containers/" + name + "/json").json();
      assertThat(shown.path("Name").asText()).isEqualTo("/" + name);
      assertThat(shown.at("/Config/Env").toString()).contains("X=acme.web umbrella." + name);
      umbrellaCli.remove(name);
    }
  }
}
