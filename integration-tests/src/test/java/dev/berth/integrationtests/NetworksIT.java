package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of tenants: what an engine would do, over three of them. */
final class NetworksIT {
  private static final String[] TENANTS = {"networks-it", "networks-it-2"};
  private static final String SERVE =
      "mkdir -p /tmp/www; echo hello >/tmp/www/index.html; httpd -f -p 8080 -h /tmp/www";

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
      tenant.ok("network", "prune", "-f");
      tenant.ok("volume", "prune", "-f");
    }
  }

  private static List<String> names(Docker tenant, String... options) {
    List<String> words = new ArrayList<>(List.of("network", "ls", "--format", "{{.Name}}"));
    words.addAll(List.of(options));
    return tenant.run(words.toArray(String[]::new)).ok().lines();
  }

  private static int hostOf(String type, String name) {
    for (int host = 0; host < 3; host++) {
      if (Fleet.shared().engine(host).run(type, "inspect", name).exit() == 0) {
        return host;
      }
    }
    throw new AssertionError("no host has the %s %s".formatted(type, name));
  }

  private static String sleeper(Docker tenant, String... options) {
    List<String> words = new ArrayList<>(List.of("run", "-d"));
    words.addAll(List.of(options));
    words.addAll(List.of("busybox", "sleep", "600"));
    return tenant.ok(words.toArray(String[]::new));
  }

  private String address(String container, String network) {
    return docker.ok(
        "inspect",
        "-f",
        "{{(index .NetworkSettings.Networks \"" + network + "\").IPAddress}}",
        container);
  }

  private String lookUp(String from, String name) {
    return docker.run("exec", from, "nslookup", name).out();
  }

  @Test
  void an_empty_tenant_has_what_an_engine_has_by_itself() {
    assertThat(names(docker)).containsExactlyInAnyOrder("bridge", "none");
    JsonNode raw =
        Api.at(Fleet.shared().hosts().getFirst().engineSocket()).get("/networks/bridge").json();
    JsonNode own = Api.as(docker).get("/networks/bridge").json();
    assertThat(fields(own)).containsExactlyElementsOf(fields(raw));
    assertThat(own.path("Id").asText()).matches("[0-9a-f]{64}");
    assertThat(own.path("Options")).isEqualTo(raw.path("Options"));
    JsonNode none = Api.as(docker).get("/networks/none").json();
    assertThat(none.path("Driver").asText()).isEqualTo("null");
    assertThat(Api.as(docker).get("/networks/host").status()).isEqualTo(404);
  }

  private static List<String> fields(JsonNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  @Test
  void a_created_network_is_shown_as_an_engine_shows_it() {
    String id = docker.ok("network", "create", "--label", "a=b", "net");
    assertThat(id).matches("[0-9a-f]{64}");
    String container = sleeper(docker, "--name", "web", "--network", "net");
    String engineName = TENANTS[0] + ".net";
    JsonNode raw =
        Api.at(Fleet.shared().hosts().get(hostOf("network", engineName)).engineSocket())
            .get("/networks/" + engineName)
            .json();
    for (String reference : List.of("net", id, id.substring(0, 12))) {
      JsonNode own = Api.as(docker).get("/networks/" + reference).json();
      assertThat(fields(own)).containsExactlyElementsOf(fields(raw));
      assertThat(own.path("Name").asText()).isEqualTo("net");
      assertThat(own.path("Id").asText()).isEqualTo(id);
      assertThat(own.path("Labels").toString()).isEqualTo("{\"a\":\"b\"}");
      assertThat(own.path("IPAM")).isEqualTo(raw.path("IPAM"));
      assertThat(own.path("Containers").path(container).path("Name").asText()).isEqualTo("web");
      JsonNode rawEndpoint = raw.path("Containers").path(container);
      assertThat(rawEndpoint.path("IPv4Address").asText()).isNotEmpty();
      for (String field : List.of("EndpointID", "MacAddress", "IPv4Address", "IPv6Address")) {
        assertThat(own.path("Containers").path(container).path(field))
            .isEqualTo(rawEndpoint.path(field));
      }
      assertThat(own.toString()).doesNotContain("berth.").doesNotContain(TENANTS[0]);
    }
    assertThat(names(docker)).containsExactlyInAnyOrder("bridge", "net", "none");
  }

  @Test
  void containers_on_a_network_find_each_other_by_name_and_alias() {
    docker.ok("network", "create", "net");
    String web = sleeper(docker, "--name", "web", "--network", "net", "--network-alias", "www");
    sleeper(docker, "--name", "client", "--network", "net");
    assertThat(hostOf("container", web)).isEqualTo(hostOf("network", TENANTS[0] + ".net"));
    String address = address("web", "net");
    assertThat(address).isNotEmpty();
    for (String name : List.of("web", "www", web.substring(0, 12))) {
      assertThat(lookUp("client", name)).describedAs(name).contains(address);
    }
    assertThat(lookUp("client", "nobody")).doesNotContain(address);
    assertThat(docker.ok("exec", "client", "ping", "-c", "1", "-W", "3", address))
        .contains("1 packets received");
    assertThat(
            docker.ok(
                "inspect",
                "-f",
                "{{json (index .NetworkSettings.Networks \"net\").Aliases}}",
                "web"))
        .isEqualTo("[\"www\",\"" + web.substring(0, 12) + "\"]");
    assertThat(docker.ok("inspect", "-f", "{{.HostConfig.NetworkMode}}", "web")).isEqualTo("net");
    assertThat(docker.ok("ps", "-q", "-f", "network=net").lines()).hasSize(2);
  }

  @Test
  void a_renamed_container_answers_to_its_new_name_from_its_next_start() {
    docker.ok("network", "create", "net");
    sleeper(docker, "--name", "client", "--network", "net");
    sleeper(docker, "--name", "old", "--network", "net", "--network-alias", "kept");
    docker.ok("rename", "old", "new");
    docker.ok("restart", "-t", "0", "new");
    String address = address("new", "net");
    assertThat(lookUp("client", "new")).contains(address);
    assertThat(lookUp("client", "kept")).contains(address);
    assertThat(lookUp("client", "old")).doesNotContain(address);

    docker.ok("stop", "-t", "0", "new");
    docker.ok("rename", "new", "newest");
    docker.ok("start", "newest");
    assertThat(lookUp("client", "newest")).contains(address("newest", "net"));
  }

  @Test
  void a_static_address_is_had_on_a_network_with_a_subnet() {
    docker.ok(
        "network",
        "create",
        "--subnet",
        "10.77.0.0/16",
        "--gateway",
        "10.77.0.254",
        "--ip-range",
        "10.77.5.0/24",
        "--aux-address",
        "router=10.77.5.1",
        "net");
    sleeper(docker, "--name", "fixed", "--network", "net", "--ip", "10.77.9.9");
    assertThat(address("fixed", "net")).isEqualTo("10.77.9.9");
    sleeper(docker, "--name", "free", "--network", "net");
    assertThat(address("free", "net")).startsWith("10.77.5.");
    assertThat(docker.ok("network", "inspect", "-f", "{{json .IPAM.Config}}", "net"))
        .contains("\"Gateway\":\"10.77.0.254\"");
    Outcome outside =
        docker.run("run", "--rm", "--network", "net", "--ip", "10.78.0.1", "busybox", "true");
    assertThat(outcomeError(outside))
        .contains("It does not belong to any of this network's subnets");
  }

  private static String outcomeError(Outcome outcome) {
    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.err()).doesNotContain(TENANTS[0] + ".");
    return outcome.err();
  }

  @Test
  void two_tenants_use_one_name_and_see_only_their_own() {
    String mine = docker.ok("network", "create", "net");
    String secret = docker.ok("network", "create", "secret");
    String theirs = other.ok("network", "create", "net");
    assertThat(mine).isNotEqualTo(theirs);
    assertThat(names(other)).containsExactlyInAnyOrder("bridge", "net", "none");
    Api api = Api.as(other);
    String missing = "no-such-network";
    for (String reference : List.of("secret", secret, secret.substring(0, 12), mine)) {
      for (String call : List.of("GET ", "DELETE ", "POST /connect", "POST /disconnect")) {
        String[] parts = call.split(" ", 2);
        String body = parts[0].equals("POST") ? "{\"Container\":\"x\"}" : "";
        Api.Answer answer = api.send(parts[0], "/networks/" + reference + parts[1], body);
        Api.Answer absent = api.send(parts[0], "/networks/" + missing + parts[1], body);
        assertThat(answer.status()).describedAs(call).isEqualTo(404).isEqualTo(absent.status());
        assertThat(answer.text()).isEqualTo(absent.text().replace(missing, reference));
      }
      assertThat(other.run("run", "--rm", "--network", reference, "busybox", "true").err())
          .contains("network " + reference + " not found");
    }
    other.ok("network", "rm", "net");
    assertThat(names(docker)).contains("net", "secret");
    assertThat(docker.ok("network", "inspect", "-f", "{{.Id}}", mine.substring(0, 12)))
        .isEqualTo(mine);
  }

  @Test
  void a_network_in_use_is_kept_in_the_engines_words() {
    String id = docker.ok("network", "create", "net");
    sleeper(docker, "--name", "web", "--network", "net");
    Api.Answer refused = Api.as(docker).send("DELETE", "/networks/net", "");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message())
        .isEqualTo(
            "error while removing network: network net id %s has active endpoints".formatted(id));
    docker.ok("network", "prune", "-f");
    assertThat(names(docker)).contains("net");
    docker.remove("web");
    docker.ok("network", "rm", "net");
    assertThat(names(docker)).doesNotContain("net");
  }

  @Test
  void a_name_is_given_once() {
    docker.ok("network", "create", "net");
    Api.Answer again = Api.as(docker).send("POST", "/networks/create", "{\"Name\":\"net\"}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.message()).isEqualTo("network with name net already exists");
  }

  @Test
  void prune_touches_only_ones_own_unused() {
    other.ok("network", "create", "theirs");
    docker.ok("network", "create", "used");
    docker.ok("network", "create", "unused");
    docker.ok("network", "create", "--label", "keep", "kept");
    sleeper(docker, "--network", "used");
    JsonNode pruned =
        Api.as(docker)
            .send("POST", "/networks/prune?filters=%7B%22label!%22%3A%5B%22keep%22%5D%7D", "")
            .json();
    assertThat(pruned.toString()).isEqualTo("{\"NetworksDeleted\":[\"unused\"]}");
    assertThat(names(docker)).containsExactlyInAnyOrder("bridge", "kept", "none", "used");
    assertThat(names(other)).contains("theirs");
    assertThat(names(docker, "-f", "dangling=true")).containsExactly("kept");
    assertThat(names(docker, "-f", "type=custom")).containsExactlyInAnyOrder("kept", "used");
    assertThat(names(docker, "-f", "label=keep")).containsExactly("kept");
    assertThat(names(docker, "-f", "driver=null")).containsExactly("none");
    assertThat(names(docker, "-f", "name=^us")).containsExactly("used");
    assertThat(names(docker, "-f", "scope=swarm")).isEmpty();
  }

  @Test
  void a_container_is_connected_and_disconnected_while_it_runs() {
    docker.ok("network", "create", "net");
    sleeper(docker, "--name", "web", "--network", "net");
    String second = "";
    for (int i = 0; i < 9 && second.isEmpty(); i++) {
      // Networks are spread: before long one comes to the first one's host.
      String name = "second" + i;
      docker.ok("network", "create", name);
      if (hostOf("network", TENANTS[0] + "." + name) == hostOf("network", TENANTS[0] + ".net")) {
        second = name;
      } else {
        assertThat(outcomeError(docker.run("network", "connect", name, "web")))
            .contains("container web and network " + name + " are on different hosts");
        sleeper(docker, "--network", name);
      }
    }
    docker.ok("network", "connect", "--alias", "www", second, "web");
    sleeper(docker, "--name", "client", "--network", second);
    String address = address("web", second);
    assertThat(lookUp("client", "web")).contains(address);
    assertThat(lookUp("client", "www")).contains(address);
    assertThat(docker.ok("network", "inspect", "-f", "{{len .Containers}}", second)).isEqualTo("2");
    assertThat(outcomeError(docker.run("network", "connect", second, "web")))
        .contains("endpoint with name web already exists in network " + second);
    docker.ok("network", "disconnect", second, "web");
    assertThat(lookUp("client", "web")).doesNotContain(address);
    assertThat(
            docker.ok(
                "inspect",
                "-f",
                "{{range $n, $_ := .NetworkSettings.Networks}}{{$n}}{{end}}",
                "web"))
        .isEqualTo("net");
    docker.ok("network", "connect", "bridge", "web");
    assertThat(address("web", "bridge")).startsWith("10.20");
    assertThat(
            docker.ok(
                "network", "inspect", "-f", "{{range .Containers}}{{.Name}}{{end}}", "bridge"))
        .isEqualTo("web");
    docker.ok("network", "disconnect", "bridge", "web");
    assertThat(docker.ok("network", "inspect", "-f", "{{len .Containers}}", "bridge"))
        .isEqualTo("0");
    String id = docker.ok("inspect", "-f", "{{.Id}}", "web");
    assertThat(outcomeError(docker.run("network", "disconnect", "bridge", "web")))
        .contains("container " + id + " is not connected to")
        .contains("network bridge");
  }

  @Test
  void the_default_network_is_the_tenants_own_on_every_host() {
    Set<Integer> hosts = new HashSet<>();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String id = sleeper(docker, "--name", "web" + i);
      ids.add(id);
      hosts.add(hostOf("container", id));
    }
    assertThat(hosts).hasSizeGreaterThan(1);
    JsonNode bridge = Api.as(docker).get("/networks/bridge").json();
    assertThat(fields(bridge.path("Containers"))).containsExactlyInAnyOrderElementsOf(ids);
    JsonNode inspected = Api.as(docker).get("/containers/web0/json").json();
    JsonNode settings = inspected.path("NetworkSettings");
    assertThat(inspected.path("HostConfig").path("NetworkMode").asText()).isEqualTo("default");
    assertThat(fields(settings.path("Networks"))).containsExactly("bridge");
    JsonNode endpoint = settings.path("Networks").path("bridge");
    assertThat(endpoint.path("NetworkID")).isEqualTo(bridge.path("Id"));
    assertThat(endpoint.path("Aliases").isNull()).isTrue();
    assertThat(endpoint.path("IPAddress").asText()).startsWith("10.20");
    for (String field :
        List.of("IPAddress", "Gateway", "MacAddress", "EndpointID", "IPPrefixLen")) {
      assertThat(settings.path(field)).describedAs(field).isEqualTo(endpoint.path(field));
    }
    assertThat(docker.ok("ps", "-q", "-f", "network=bridge").lines()).hasSize(6);
    assertThat(docker.ok("ps", "-q", "-f", "network=" + bridge.path("Id").asText()).lines())
        .hasSize(6);
    JsonNode listed = Api.as(docker).get("/containers/json").json().path(0);
    assertThat(listed.path("HostConfig").path("NetworkMode").asText()).isEqualTo("default");
    assertThat(listed.path("NetworkSettings").path("Networks").path("bridge").path("NetworkID"))
        .isEqualTo(bridge.path("Id"));
    assertThat(listed.toString()).doesNotContain(TENANTS[0]).doesNotContain("berth.");
    docker.ok("create", "--name", "asked", "--network", "bridge", "busybox");
    assertThat(docker.ok("inspect", "-f", "{{.HostConfig.NetworkMode}}", "asked"))
        .isEqualTo("bridge");
    for (int host = 0; host < 3; host++) {
      assertThat(
              Fleet.shared()
                  .engine(host)
                  .ok(
                      "network",
                      "inspect",
                      "-f",
                      "{{range .Containers}}{{.Name}} {{end}}",
                      "bridge"))
          .doesNotContain(TENANTS[0]);
    }
  }

  @Test
  void containers_of_one_tenant_reach_each_other_by_address_and_those_of_two_do_not() {
    String server =
        docker.ok(
            "run", "-d", "--name", "server", "-v", "here:/here", "busybox", "sh", "-c", SERVE);
    int host = hostOf("container", server);
    String address = docker.ok("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "server");
    String url = "http://" + address + ":8080/";

    // The control: a neighbour of the same tenant, on the same host.
    sleeper(docker, "--name", "friend", "-v", "here:/here");
    Eventually.get(
        () -> docker.run("exec", "friend", "timeout", "3", "wget", "-q", "-O", "-", url).text(),
        "hello"::equals);
    docker.ok("exec", "friend", "ping", "-c", "1", "-W", "3", address);

    other.ok("network", "create", "net");
    List<String> strangers = new ArrayList<>();
    for (int i = 0; i < 12 && strangers.isEmpty(); i++) {
      if (hostOf("container", sleeper(other, "--name", "stranger" + i)) == host) {
        strangers.add("stranger" + i);
      }
    }
    assertThat(strangers).isNotEmpty();
    for (String stranger : strangers) {
      String gateway = other.ok("inspect", "-f", "{{.NetworkSettings.Gateway}}", stranger);
      other.ok("exec", stranger, "ping", "-c", "1", "-W", "3", gateway);
      Outcome refused = other.run("exec", stranger, "timeout", "3", "wget", "-q", "-O", "-", url);
      assertThat(refused.exit()).isNotZero();
      assertThat(refused.out()).isEmpty();
      other.run("exec", stranger, "ping", "-c", "2", "-W", "2", address).exits(1);
      String back = other.ok("inspect", "-f", "{{.NetworkSettings.IPAddress}}", stranger);
      docker.run("exec", "friend", "ping", "-c", "2", "-W", "2", back).exits(1);
    }
    assertThat(docker.ok("exec", "friend", "wget", "-q", "-O", "-", url)).isEqualTo("hello");
  }

  @Test
  void a_link_on_the_default_network_leads_to_its_container() {
    sleeper(docker, "--name", "server");
    sleeper(docker, "--name", "client", "--link", "server:db");
    assertThat(lookUp("client", "db"))
        .contains(docker.ok("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "server"));
    assertThat(docker.ok("inspect", "-f", "{{json .HostConfig.Links}}", "client"))
        .isEqualTo("[\"/server:/client/db\"]");
    assertThat(
            docker.ok(
                "inspect",
                "-f",
                "{{json (index .NetworkSettings.Networks \"bridge\").Links}}",
                "client"))
        .isEqualTo("null");
  }

  @Test
  void a_link_on_a_network_leads_to_its_container_under_that_name() {
    docker.ok("network", "create", "net");
    sleeper(docker, "--name", "server", "--network", "net");
    sleeper(docker, "--name", "client", "--network", "net", "--link", "server:db");
    assertThat(lookUp("client", "db")).contains(address("server", "net"));
    assertThat(
            docker.ok(
                "inspect",
                "-f",
                "{{json (index .NetworkSettings.Networks \"net\").Links}}",
                "client"))
        .isEqualTo("[\"server:db\"]");
  }

  @Test
  void a_container_joins_the_network_of_another() {
    docker.ok("run", "-d", "--name", "server", "busybox", "sh", "-c", SERVE);
    Eventually.get(
        () ->
            docker
                .run(
                    "run",
                    "--rm",
                    "--network",
                    "container:server",
                    "busybox",
                    "wget",
                    "-q",
                    "-O",
                    "-",
                    "http://127.0.0.1:8080/")
                .text(),
        "hello"::equals);
    sleeper(docker, "--name", "joined", "--network", "container:server");
    assertThat(outcomeError(docker.run("network", "connect", "bridge", "joined")))
        .contains("container sharing network namespace with another container");
  }

  @Test
  void what_is_joined_must_be_on_one_host() {
    docker.ok("network", "create", "net");
    sleeper(docker, "--network", "net");
    int host = hostOf("network", TENANTS[0] + ".net");
    String apart = "";
    for (int i = 0; i < 3 && apart.isEmpty(); i++) {
      docker.ok("volume", "create", "data" + i);
      docker.ok("create", "-v", "data" + i + ":/d", "busybox");
      if (hostOf("volume", TENANTS[0] + ".data" + i) != host) {
        apart = "data" + i;
      }
    }
    Outcome refused = docker.run("create", "--network", "net", "-v", apart + ":/d", "busybox");
    assertThat(outcomeError(refused))
        .contains("are on different hosts")
        .contains("network \"net\"");
  }

  @Test
  void what_is_made_one_after_the_other_is_for_one_container() {
    for (int i = 0; i < 4; i++) {
      docker.ok("network", "create", "net" + i);
      docker.ok("volume", "create", "data" + i);
      docker.ok(
          "run", "-d", "--network", "net" + i, "-v", "data" + i + ":/d", "busybox", "sleep", "9");
    }
  }

  @Test
  void what_one_project_makes_is_together_also_when_it_is_used_and_two_projects_may_be_apart() {
    for (String project : new String[] {"one", "two"}) {
      String label = "com.docker.compose.project=" + project;
      docker.ok("network", "create", "--label", label, project + "-front");
      sleeper(docker, "--network", project + "-front");
      docker.ok("volume", "create", "--label", label, project + "-data");
      docker.ok("network", "create", "--label", label, project + "-back");
      docker.ok("create", "--network", project + "-back", "-v", project + "-data:/d", "busybox");
      assertThat(hostOf("network", TENANTS[0] + "." + project + "-front"))
          .isEqualTo(hostOf("network", TENANTS[0] + "." + project + "-back"));
    }
  }

  @Test
  void a_subnet_can_be_used_once_on_each_host() {
    for (int i = 0; i < 3; i++) {
      docker.ok("network", "create", "--subnet", "10.66.0.0/24", "net" + i);
    }
    assertThat(outcomeError(docker.run("network", "create", "--subnet", "10.66.0.0/24", "net3")))
        .contains("Pool overlaps with other one on this address space");
    assertThat(names(docker)).doesNotContain("net3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Name\":\"x\",\"Driver\":\"macvlan\"}",
        "{\"Name\":\"x\",\"Driver\":\"host\"}",
        "{\"Name\":\"x\",\"Driver\":\"overlay\"}",
        "{\"Name\":\"x\",\"Options\":{\"com.docker.network.bridge.name\":\"docker0\"}}",
        "{\"Name\":\"x\",\"Options\":{\"parent\":\"eth0\"}}",
        "{\"Name\":\"x\",\"ConfigFrom\":{\"Network\":\"y\"}}",
        "{\"Name\":\"x\",\"ConfigOnly\":true}",
        "{\"Name\":\"x\",\"Ingress\":true}",
        "{\"Name\":\"x\",\"Scope\":\"swarm\"}",
        "{\"Name\":\"x\",\"Labels\":{\"berth.tenant\":\"other\"}}",
        "{\"Name\":\"x\",\"IPAM\":{\"Driver\":\"dhcp\"}}",
        "{\"Name\":\"x\",\"IPAM\":{\"Config\":[{\"Subnet\":\"8.8.8.0/24\"}]}}",
        "{\"Name\":\"x\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.0.0.0/8\"}]}}",
        "{\"Name\":\"x\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.201.0.0/24\"}]}}",
        "{\"Name\":\"x\",\"Unknown\":1}",
      })
  void what_reaches_the_host_is_refused_and_leaves_nothing(String body) {
    assertThat(Api.as(docker).send("POST", "/networks/create", body).status()).isEqualTo(403);
    assertThat(names(docker)).containsExactlyInAnyOrder("bridge", "none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "POST|/networks/create|{\"Name\":\"bridge\"}",
        "POST|/networks/create|{\"Name\":\"host\"}",
        "POST|/networks/create|{\"Name\":\"\"}",
        "POST|/networks/create|~~",
        "POST|/networks/create|{\"Name\":\"q\",\"IPAM\":{\"Config\":[{\"Subnet\":\"foo\"}]}}",
        "POST|/networks/create|{\"Name\":\"q\",\"IPAM\":{\"Config\":[{\"Gateway\":\"10.1.1.1\"}]}}",
        "POST|/networks/create|{\"Name\":\"q\",\"Options\":{\"com.docker.network.bridge.enable_icc\":\"maybe\"}}",
        "GET|/networks/missing|~~",
        "GET|/networks/bridge?verbose=maybe|~~",
        "GET|/networks/bridge?scope=swarm|~~",
        "DELETE|/networks/missing|~~",
        "DELETE|/networks/bridge|~~",
        "DELETE|/networks/none|~~",
        "POST|/networks/bridge/connect|{}",
        "POST|/networks/bridge/connect|{\"Container\":\"missing\"}",
        "POST|/networks/bridge/disconnect|{\"Container\":\"missing\"}",
        "POST|/networks/bridge/connect|~~",
        "GET|/networks?filters=%7B%22dangling%22%3A%5B%22maybe%22%5D%7D|~~",
        "GET|/networks?filters=%7B%22type%22%3A%5B%22maybe%22%5D%7D|~~",
        "GET|/networks?filters=%7B%22color%22%3A%5B%22red%22%5D%7D|~~",
        "POST|/networks/prune?filters=%7B%22color%22%3A%5B%22red%22%5D%7D|~~",
        "POST|/networks/prune?filters=%7B%22label%22%3A%5B%22none%22%5D%7D|~~",
      })
  void what_is_refused_is_refused_in_the_engines_words(String method, String target, String body) {
    Api.Answer raw =
        Api.at(Fleet.shared().hosts().getFirst().engineSocket()).send(method, target, body);
    Api.Answer own = Api.as(docker).send(method, target, body);
    assertThat(own.status()).describedAs(raw.text()).isEqualTo(raw.status());
    assertThat(own.text()).isEqualTo(raw.text());
  }

  @Test
  void events_of_networks_are_ones_own_in_ones_own_words() {
    String id = docker.ok("network", "create", "told");
    other.ok("network", "create", "theirs");
    String container = sleeper(docker, "--network", "told");
    String bridged = sleeper(docker);
    docker.remove(container, bridged);
    docker.ok("network", "rm", "told");
    List<String> told =
        Eventually.get(
            () ->
                docker
                    .run(
                        "events",
                        "--since",
                        "60s",
                        "--until",
                        "0s",
                        "-f",
                        "type=network",
                        "--format",
                        "{{.Action}} {{.Actor.ID}} {{.Actor.Attributes.name}} {{.Actor.Attributes.container}}")
                    .ok()
                    .lines(),
            lines -> lines.stream().anyMatch(line -> line.startsWith("destroy " + id)));
    String bridge = docker.ok("network", "inspect", "-f", "{{.Id}}", "bridge");
    assertThat(told)
        .contains("connect %s told %s".formatted(id, container))
        .contains("disconnect %s told %s".formatted(id, container))
        .contains("connect %s bridge %s".formatted(bridge, bridged))
        .anyMatch(line -> line.startsWith("create " + id + " told"))
        .noneMatch(line -> line.contains("theirs") || line.contains(TENANTS[0]));
  }
}
