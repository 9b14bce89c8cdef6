package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.lab.LabHost;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page for people, in a real browser. */
final class DashboardIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String HOSTILE = "<img src=x onerror=document.title='taken'>";

  /** Where the documentation has its pictures; empty unless they are to be taken anew. */
  private static final String PICTURES = System.getProperty("berth.write.screenshots", "");

  private Fleet fleet;
  private Docker acme;
  private Docker umbrella;
  private String url;
  private String password;
  private Browser browser;

  @BeforeEach
  void open() throws IOException {
    fleet = Fleet.shared();
    acme = fleet.tenant("acme");
    umbrella = fleet.tenant("umbrella");
    url = acme.env().get("DOCKER_HOST").replace("tcp://", "http://") + "/dashboard/";
    var _ = fleet.berth("user", "create", "watch", "--tenant", "default", "--role", "admin");
    JsonNode user =
        JSON.readTree(fleet.berth("user", "passwd", "watch", "--format", "json").ok().out());
    password = user.path("password").asText();
    browser = Browser.open(url);
  }

  @AfterEach
  void close() {
    browser.close();
    acme.remove("shop", "shop-db", "shop-web", "shop-cache", "shop-queue", "shop-search");
    umbrella.remove("other");
  }

  private void login() {
    browser.type("[name=user]", "watch");
    browser.type("[name=password]", password);
    browser.find("form button").click();
    browser.awaitText("#who", "watch in default, admin");
  }

  private void loginWithToken(Docker tenant, String name) throws IOException {
    JsonNode headers =
        JSON.readTree(Path.of(tenant.env().get("DOCKER_CONFIG"), "config.json").toFile())
            .path("HttpHeaders");
    browser.find("[value=token]").click();
    browser.type("[name=token]", headers.path("X-Auth-Token").asText());
    browser.type("[name=tenant]", name);
    browser.find("form button").click();
    browser.awaitText("#who", "in " + name);
  }

  private String secret() {
    return (String) browser.script("return localStorage.getItem('berth-session-secret')");
  }

  /** What the page itself would get, with its cookie and its secret. */
  private Object status(String path) {
    return browser.script(
        ("const headers = {'X-Berth-Session': localStorage.getItem('berth-session-secret')};"
                + " return (await fetch('api/%s', {headers})).status")
            .formatted(path));
  }

  private List<String> column(String table, int number) {
    return browser.all(table + " tbody td:nth-child(" + number + ")").stream()
        .map(WebElement::getText)
        .toList();
  }

  @Test
  void an_operator_sees_hosts_tenants_containers_and_who_changes_what() {
    login();
    List<String> hosts = fleet.hosts().stream().map(LabHost::name).toList();
    for (String host : hosts) {
      browser.awaitText("#hosts", host);
    }
    assertThat(browser.all("#hosts .tile")).hasSameSizeAs(hosts);
    browser.awaitText("#hosts .tile", "Memory");
    assertThat(browser.text("#hosts .tile")).contains("healthy", "CPU", "Disk", "container");
    assertThat(browser.text("#summary")).contains("of " + hosts.size() + " hosts up");
    browser.awaitText("#tenants", "acme");

    acme.ok("run", "-d", "--name", "shop", "busybox", "sleep", "600");
    acme.ok("run", "-d", "--name", "shop-db", "busybox", "sleep", "600");
    umbrella.ok("run", "-d", "--name", "other", "busybox", "sleep", "600");
    browser.awaitText("#events", "ContainerCreate shop");
    browser.awaitText("#containers", "shop-db");
    browser.awaitText("#containers", "other");
    browser.type("#search", "shop");
    var _ =
        Eventually.get(
            () -> column("#containers", 1),
            names -> names.size() == 2 && names.containsAll(List.of("shop", "shop-db")));

    browser.type("#search", "nothing-has-this");
    browser.awaitText("#containers", "No running container has that");
    browser.requireNoComplaints();
  }

  @Test
  void a_host_is_cordoned_with_the_keyboard_and_that_is_in_the_audit_log() {
    login();
    String host = fleet.hosts().getFirst().name();
    String button = "[aria-label='Cordon " + host + "']";
    try {
      browser.find(button).sendKeys(Keys.ENTER);
      browser.awaitText("#hosts", "cordoned");
      assertThat(fleet.berth("host", "ls").ok().out()).contains("cordoned");
      assertThat(fleet.berth("audit", "--user", "watch", "--action", "HostUpdate").ok().out())
          .contains("HostUpdate");
      browser.find("[aria-label='Uncordon " + host + "']").sendKeys(Keys.SPACE);
      assertThat(browser.find(button).isDisplayed()).isTrue();
      assertThat(browser.driver().switchTo().activeElement().getAccessibleName())
          .isEqualTo("Cordon " + host);
    } finally {
      fleet.berth("host", "uncordon", host).ok();
    }
    browser.requireNoComplaints();
  }

  @Test
  void a_tenant_sees_its_own_containers_and_nothing_of_others() throws IOException {
    acme.ok("run", "-d", "--name", "shop", "busybox", "sleep", "600");
    umbrella.ok("run", "-d", "--name", "other", "busybox", "sleep", "600");
    loginWithToken(acme, "acme");
    browser.awaitText("#containers", "shop");
    assertThat(column("#containers", 1)).contains("shop").doesNotContain("other");
    browser.awaitText("#events", "container shop: start");
    assertThat(browser.text("main")).doesNotContain("other", "Hosts", "Tenants");
    for (String path :
        List.of("hosts", "monitor/hosts", "monitor/top", "tenants", "tenants/umbrella", "audit")) {
      assertThat(status("berth/v1/" + path)).describedAs(path).isEqualTo(403L);
    }
    assertThat(status("images/json")).isEqualTo(404L);
    browser.requireNoComplaints("403", "404");
  }

  @Test
  void what_a_tenant_calls_its_things_is_shown_as_text_and_never_run() {
    login();
    acme.run("rm", HOSTILE);
    browser.awaitText("#events", HOSTILE);
    assertThat(browser.all("#events img")).isEmpty();
    assertThat(browser.driver().getTitle()).isEqualTo("Berth");
    browser.requireNoComplaints();
  }

  @Test
  void a_wrong_password_is_told_and_a_logout_ends_the_session_for_good() {
    browser.type("[name=user]", "watch");
    browser.type("[name=password]", "wrong");
    browser.find("form button").click();
    browser.awaitText(".failure", "wrong");
    login();
    String cookie = browser.cookie();
    Api page = plain().with("Cookie", cookie).with("X-Berth-Session", secret());
    assertThat(page.get("/dashboard/api/berth/v1/hosts").status()).isEqualTo(200);
    browser.find("#logout").click();
    assertThat(browser.find("[name=user]").isDisplayed()).isTrue();
    assertThat(page.get("/dashboard/api/berth/v1/hosts").status()).isEqualTo(401);
    assertThat(browser.driver().manage().getCookieNamed("berth-session")).isNull();
    assertThat(fleet.berth("token", "ls").ok().out()).doesNotContain("watch");
    browser.requireNoComplaints("401");
  }

  @Test
  void another_page_reads_and_changes_nothing_with_a_sessions_cookie() throws Exception {
    login();
    String host = fleet.hosts().getFirst().name();
    Api other = plain().with("Cookie", browser.cookie());
    String path = "/dashboard/api/berth/v1/hosts/" + host;
    String change = "{\"state\":\"cordoned\"}";
    // A tenant's page on another port of this address is given the cookie by the browser.
    assertThat(other.send("PUT", path, change).status()).isEqualTo(401);
    assertThat(other.get("/dashboard/api/berth/v1/hosts").status()).isEqualTo(401);
    assertThat(other.get("/dashboard/api/containers/json").status()).isEqualTo(401);
    assertThat(other.get("/dashboard/session").text()).doesNotContain("watch", "secret");
    assertThat(other.with("X-Berth-Session", "guessed").send("PUT", path, change).status())
        .isEqualTo(401);
    Api own = other.with("X-Berth-Session", secret());
    assertThat(own.get("/dashboard/session").text()).contains("watch").doesNotContain("secret");
    assertThat(own.with("Origin", "http://evil.example").send("PUT", path, change).status())
        .isEqualTo(401);
    assertThat(own.send("DELETE", "/dashboard/api/berth/v1/hosts/" + host, "").status())
        .isEqualTo(404);
    assertThat(other.send("DELETE", "/dashboard/session", "").status()).isEqualTo(403);
    assertThat(fleet.berth("host", "ls").ok().out()).doesNotContain("cordoned");
    assertThat(loginAs("application/json", "")).isEqualTo(201);
    // As a form of another site sends it, without that its browser asks first.
    assertThat(loginAs("text/plain", "")).isEqualTo(403);
    assertThat(loginAs("application/json", "http://evil.example")).isEqualTo(403);
  }

  @Test
  void a_manager_that_dies_is_told_on_the_page_which_asks_on() throws Exception {
    try (Fleet own = Fleet.start(1)) {
      String page =
          own.tenant("acme").env().get("DOCKER_HOST").replace("tcp://", "http://") + "/dashboard/";
      own.berth("user", "create", "watch", "--tenant", "default", "--role", "admin").ok();
      String word =
          JSON.readTree(own.berth("user", "passwd", "watch", "--format", "json").ok().out())
              .path("password")
              .asText();
      try (Browser other = Browser.open(page)) {
        other.type("[name=user]", "watch");
        other.type("[name=password]", word);
        other.find("form button").click();
        other.awaitText("#hosts", own.hosts().getFirst().name());
        ProcessHandle manager = own.manager();
        manager.destroyForcibly();
        other.awaitText("#trouble", "The manager does not answer; trying again.");
        assertThat(other.text("#hosts")).contains(own.hosts().getFirst().name());
      }
    }
  }

  @Test
  void the_session_ends_with_the_users_password() {
    login();
    browser.awaitText("#hosts", fleet.hosts().getFirst().name());
    fleet.berth("user", "passwd", "watch").ok();
    assertThat(browser.find("[name=user]").isDisplayed()).isTrue();
    assertThat(browser.text("#who")).isEmpty();
  }

  @Test
  void the_page_is_light_or_dark_as_its_reader_likes() throws IOException {
    acme.ok("run", "-d", "--name", "shop", "-p", "18080:80", "busybox", "sleep", "600");
    fleet.berth("tenant", "update", "acme", "--quota", "containers=20,memory=8g,volumes=10").ok();
    try {
      login();
      browser.awaitText("#hosts .tile", "Memory");
      browser.awaitText("#containers", "shop");
      browser.awaitText("#tenants", "of 20");
      if (!PICTURES.isEmpty()) {
        someHistory();
      }
      picture("dashboard-light.png");
      String light = background();
      browser.find("#theme").click();
      assertThat(background()).isNotEqualTo(light);
      picture("dashboard-dark.png");
      browser.driver().navigate().refresh();
      browser.awaitText("#who", "watch");
      assertThat(background()).isNotEqualTo(light);
      browser.find("#theme").click();
      browser.find("#logout").click();
      loginWithToken(acme, "acme");
      browser.awaitText("#containers", "shop");
      browser.awaitText("#quota", PICTURES.isEmpty() ? "1 of 20" : "6 of 20");
      assertThat(browser.find("#quota [role=meter]").getDomAttribute("aria-label"))
          .isEqualTo("containers of acme");
      picture("dashboard-tenant.png");
    } finally {
      fleet
          .berth("tenant", "update", "acme", "--quota", "containers=none,memory=none,volumes=none")
          .ok();
    }
    browser.requireNoComplaints();
  }

  /** So that the pictures show lines. */
  private void someHistory() {
    for (String name : List.of("web", "db", "cache", "queue", "search")) {
      acme.ok("run", "-d", "--name", "shop-" + name, "-m", "64m", "busybox", "sleep", "600");
    }
    var _ =
        Eventually.get(
            java.time.Duration.ofMinutes(4),
            () ->
                browser
                    .attribute("#hosts .tile path:not(.area)", "d")
                    .chars()
                    .filter(each -> each == 'L')
                    .count(),
            points -> points > 14);
  }

  private String background() {
    return browser.find("body").getCssValue("background-color");
  }

  private void picture(String name) {
    if (!PICTURES.isEmpty()) {
      browser.screenshot(Path.of(PICTURES, name));
    }
  }

  private int loginAs(String type, String origin) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "session"))
            .header("Content-Type", type)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"user\":\"watch\",\"password\":\"%s\"}".formatted(password)));
    if (!origin.isEmpty()) {
      request.header("Origin", origin);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private Api plain() {
    URI endpoint = URI.create(acme.env().get("DOCKER_HOST"));
    return Api.as(acme)
        .without("X-Auth-Token")
        .without("X-Auth-TenantId")
        .with("Host", endpoint.getAuthority());
  }
}
