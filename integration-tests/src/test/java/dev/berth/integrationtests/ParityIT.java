package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.lab.Lab;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scenarios of {@code parity/scenarios.txt} at an engine of its own and at Berth, every answer
 * compared; what may differ is in {@code parity/differences.txt}, each with why.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ParityIT {
  private static final List<String> HEADERS =
      List.of(
          "Content-Type",
          "Api-Version",
          "Ostype",
          "Docker-Experimental",
          "Builder-Version",
          "Cache-Control",
          "Upgrade");

  /** A difference that is meant. */
  private record Meant(Pattern action, Pattern where, String reason, AtomicInteger used) {}

  /** A route of the API's page. */
  private record PublishedRoute(
      String method, Pattern path, String action, boolean isServed, boolean hasName) {}

  /** What a step gave. */
  private record Result(String status, Map<String, String> headers, String body) {}

  private static final List<Meant> MEANT = meant();
  private static final List<PublishedRoute> ROUTES = published();
  private static final Map<String, Set<String>> COVERED = new TreeMap<>();
  private static final List<String> DIFFERENCES = new ArrayList<>();
  private static final List<Scenario> SCENARIOS = Scenario.read("/parity/scenarios.txt");

  @TempDir private static Path directory;

  private static Lab lab;
  private static Api engine;
  private static Docker raw;
  private static Api berth;
  private static Docker docker;

  @BeforeAll
  static void both() throws IOException {
    lab = Lab.create(directory.resolve("lab"));
    Path socket = lab.addHost().engineSocket();
    engine = Api.at(socket);
    raw = Docker.at(socket);
    docker = Fleet.shared().tenant("parity");
    berth = Api.as(docker);
  }

  @AfterAll
  static void down() {
    lab.close();
  }

  private static List<String> resource(String name) {
    try (InputStream in = ParityIT.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Meant> meant() {
    List<Meant> meant = new ArrayList<>();
    for (String line : resource("/parity/differences.txt")) {
      String[] parts = line.split(" \\| ", 3);
      meant.add(
          new Meant(
              Pattern.compile(parts[0].strip()),
              Pattern.compile(parts[1].strip()),
              parts[2].strip(),
              new AtomicInteger()));
    }
    return meant;
  }

  /** The routes of the documentation, those with the fewest names in their path first. */
  private static List<PublishedRoute> published() {
    Pattern row = Pattern.compile("\\| `([A-Z]+) (\\S+)` \\| (\\w+) \\| [^|]* \\| ([^|]*) \\|");
    try (Stream<String> page = Files.lines(Path.of("..", "docs", "api.md"))) {
      return page.map(row::matcher)
          .filter(java.util.regex.Matcher::matches)
          .sorted(
              java.util.Comparator.comparingLong(
                  match -> match.group(2).chars().filter(c -> c == '{').count()))
          .map(
              match ->
                  new PublishedRoute(
                      match.group(1),
                      Pattern.compile(
                          match
                              .group(2)
                              .replaceAll(
                                  "\\{\\w+}",
                                  match.group(2).matches("/(images|distribution)/.*")
                                      ? "(.+)"
                                      : "([^/]+)")),
                      match.group(3),
                      !match.group(4).startsWith("answers "),
                      match.group(2).contains("{")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String action(Scenario.Step step) {
    if (!(step instanceof Scenario.Request request)) {
      return "Cli";
    }
    String path = request.target().replaceAll("\\?.*", "").replaceAll("^/v[0-9.]+(?=/)", "");
    return ROUTES.stream()
        .filter(route -> route.method().equals(request.method()))
        .filter(route -> route.path().matcher(path).matches())
        .map(PublishedRoute::action)
        .findFirst()
        .orElse("NoRoute");
  }

  @TestFactory
  @Order(1)
  Stream<DynamicTest> scenarios() {
    return SCENARIOS.stream()
        .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> run(scenario)));
  }

  private static void run(Scenario scenario) {
    try {
      List<Result> theirs = answers(scenario, engine, raw);
      List<Result> ours = answers(scenario, berth, docker);
      List<String> different = new ArrayList<>();
      for (int i = 0; i < theirs.size(); i++) {
        Scenario.Step step = scenario.steps().get(i);
        compare(step, theirs.get(i), ours.get(i), different);
        Set<String> covered = COVERED.computeIfAbsent(action(step), _ -> new TreeSet<>());
        for (Result result : List.of(theirs.get(i), ours.get(i))) {
          covered.add(result.status().replaceAll("^([12])..$", "$1xx"));
        }
      }
      if (!different.isEmpty()) {
        DIFFERENCES.addAll(different);
        fail(String.join("\n", different));
      }
    } finally {
      cleanUp(scenario);
    }
  }

  private static List<Result> answers(Scenario scenario, Api api, Docker cli) {
    Map<String, String> captured = new HashMap<>();
    List<Result> results = new ArrayList<>();
    for (Scenario.Step step : scenario.steps()) {
      results.add(
          switch (step) {
            case Scenario.Cli(List<String> words) -> command(cli, words, captured);
            case Scenario.Request request -> request(api, request, captured);
          });
    }
    return results;
  }

  private static Result command(Docker cli, List<String> words, Map<String, String> captured) {
    Outcome outcome =
        cli.run(words.stream().map(word -> filled(word, captured)).toArray(String[]::new));
    return new Result(
        "exit " + outcome.exit(),
        Map.of("stderr", Comparison.normal(outcome.err())),
        outcome.out());
  }

  private static Result request(Api api, Scenario.Request request, Map<String, String> captured) {
    Api with = api;
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      with = with.with(header.getKey(), header.getValue());
    }
    Api.Answer answer =
        with.send(
            request.method(),
            encoded(filled(request.target(), captured)),
            filled(request.body(), captured));
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : HEADERS) {
      answer.headers().first(name).ifPresent(value -> headers.put(name, value));
    }
    request
        .captures()
        .forEach(
            (name, field) -> {
              JsonNode value = answer.json().at("/" + field.replace('.', '/'));
              captured.put(name, value.asText());
            });
    boolean isTar =
        headers.getOrDefault("Content-Type", "").contains("x-tar")
            || request.target().endsWith("/export");
    return new Result(
        Integer.toString(answer.status()),
        headers,
        isTar && answer.status() < 300 ? "" : text(answer));
  }

  /** Control bytes of a multiplexed stream would only be noise in a report. */
  private static String text(Api.Answer answer) {
    return answer.text().replaceAll("[\\x00-\\x08]\\x00\\x00\\x00[\\x00-\\xff]{4}", "");
  }

  private static String filled(String text, Map<String, String> captured) {
    String filled = text;
    for (Map.Entry<String, String> value : captured.entrySet()) {
      filled = filled.replace("{" + value.getKey() + "}", value.getValue());
    }
    return filled;
  }

  /** Filters are written as they are read; on the wire they are encoded. */
  private static String encoded(String target) {
    int at = target.indexOf("={");
    return at < 0
        ? target
        : target.substring(0, at + 1)
            + URLEncoder.encode(target.substring(at + 1), StandardCharsets.UTF_8);
  }

  private static void compare(
      Scenario.Step step, Result theirs, Result ours, List<String> different) {
    String action = action(step);
    Map<String, String> found = new LinkedHashMap<>();
    if (!theirs.status().equals(ours.status())) {
      found.put("status", theirs.status() + " / " + ours.status());
    }
    Set<String> names = new TreeSet<>(theirs.headers().keySet());
    names.addAll(ours.headers().keySet());
    for (String name : names) {
      String left = theirs.headers().getOrDefault(name, "-");
      String right = ours.headers().getOrDefault(name, "-");
      if (!left.equals(right)) {
        found.put("header " + name, left + " / " + right);
      }
    }
    if (isRefusal(theirs) == isRefusal(ours)) {
      Comparison.bodies(
          theirs.body(), ours.body(), (where, what) -> found.put("body " + where, what));
    } else if (isRefusal(ours) && !ours.body().startsWith("{\"message\":\"")) {
      found.put("refusal", ours.body());
    }
    found.forEach(
        (where, what) -> {
          Optional<Meant> meant =
              MEANT.stream()
                  .filter(each -> each.action().matcher(action).matches())
                  .filter(each -> each.where().matcher(where + " " + what).lookingAt())
                  .findFirst();
          meant.ifPresentOrElse(
              each -> each.used().incrementAndGet(),
              () -> different.add("%s: %s: %s: %s".formatted(action, line(step), where, what)));
        });
  }

  /** Whether it is another kind of body than that of a success. */
  private static boolean isRefusal(Result result) {
    return result.status().matches("[45]..");
  }

  private static String line(Scenario.Step step) {
    return switch (step) {
      case Scenario.Request request -> request.method() + " " + request.target();
      case Scenario.Cli cli -> "docker " + String.join(" ", cli.words());
    };
  }

  private static void cleanUp(Scenario scenario) {
    for (Api api : List.of(engine, berth)) {
      for (String name : scenario.ownNames()) {
        api.send("DELETE", "/containers/" + name + "?force=1&v=1", "");
      }
      for (String name : scenario.ownNames()) {
        api.send("DELETE", "/networks/" + name, "");
        api.send("DELETE", "/volumes/" + name + "?force=1", "");
        api.send("DELETE", "/images/" + name + "?force=1", "");
      }
    }
  }

  @Test
  @Order(2)
  void every_route_has_its_success_its_not_found_its_bad_input_and_its_conflict() {
    Set<String> exempt = new TreeSet<>();
    for (String line : resource("/parity/uncovered.txt")) {
      exempt.add(line.split(" \\| ")[0].strip());
    }
    List<String> missing = new ArrayList<>();
    for (PublishedRoute route : ROUTES) {
      Set<String> statuses = COVERED.getOrDefault(route.action(), Set.of());
      require(
          statuses.stream().anyMatch(status -> status.matches("[12]xx|30.")) || !route.isServed(),
          route.action() + " success",
          exempt,
          missing);
      require(
          statuses.contains("404") || !route.isServed() || !route.hasName(),
          route.action() + " not found",
          exempt,
          missing);
      require(
          statuses.contains("400") || !route.isServed(),
          route.action() + " bad input",
          exempt,
          missing);
      // What only looks conflicts with nothing.
      require(
          statuses.contains("409")
              || statuses.contains("304")
              // What an engine says of a network that is in use, or has the container already.
              || (statuses.contains("403") && route.action().startsWith("Network"))
              || !route.isServed()
              || route.method().matches("GET|HEAD"),
          route.action() + " conflict",
          exempt,
          missing);
      require(!statuses.isEmpty(), route.action() + " any", exempt, missing);
    }
    assertThat(missing).as("what no scenario shows").isEmpty();
    assertThat(exempt).as("exemptions that are needed no more").isEmpty();
  }

  private static void require(
      boolean covered, String what, Set<String> exempt, List<String> missing) {
    if (!covered && !exempt.remove(what)) {
      missing.add(what);
    }
  }

  @Test
  @Order(3)
  void no_listed_difference_is_dead() {
    assertThat(MEANT.stream().filter(each -> each.used().get() == 0).map(Meant::toString))
        .isEmpty();
  }

  @AfterAll
  static void report() {
    Map<String, Integer> statuses = new TreeMap<>();
    COVERED.forEach((_, seen) -> seen.forEach(status -> statuses.merge(status, 1, Integer::sum)));
    System.out.printf(
        "parity: %d scenarios, %d routes, answers of routes by status %s, %d differences that are"
            + " meant, %d that are not%n",
        SCENARIOS.size(), COVERED.size(), statuses, MEANT.size(), DIFFERENCES.size());
    MEANT.forEach(
        each ->
            System.out.printf(
                "parity: meant %d times: %s %s: %s%n",
                each.used().get(), each.action(), each.where(), each.reason()));
  }
}
